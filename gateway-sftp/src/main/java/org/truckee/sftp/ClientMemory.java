package org.truckee.sftp;

/// How much of the heap one client gets, so that 32 who send and fetch at once fit into that of a small container:
/// 0.6 MiB of the 128 MiB that those have, 2 MiB of 384.
final class ClientMemory {
    private static final int PART = 192;
    private static final int LEAST_BYTES = 256 << 10;
    private static final int MOST_BYTES = 2 << 20;

    private ClientMemory() {}

    /// What a client may send that is not answered yet, and as much again of what it asked for.
    static int bytes() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / PART, LEAST_BYTES, MOST_BYTES);
    }
}
