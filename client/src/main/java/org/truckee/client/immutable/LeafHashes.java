package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.truckee.crypto.Hash;

/// The leaves of the hash trees of a file: one row of 32-byte hashes for each tree, one hash for each segment.
/// Different leaves may be put by different threads.
final class LeafHashes {
    private final ByteBuffer hashes;
    private final int rowBytes;

    LeafHashes(int trees, int segments, ScratchMemory memory) throws IOException {
        this.rowBytes = Math.multiplyExact(segments, Hash.BYTES);
        this.hashes = memory.allocate((long) trees * rowBytes);
    }

    void put(int tree, int segment, byte[] hash) {
        hashes.put(tree * rowBytes + segment * Hash.BYTES, hash);
    }

    byte[] get(int tree, int segment) {
        var hash = new byte[Hash.BYTES];
        hashes.get(tree * rowBytes + segment * Hash.BYTES, hash);
        return hash;
    }

    /// The leaves of one tree, in order.
    ByteBuffer of(int tree) {
        return hashes.slice(tree * rowBytes, rowBytes);
    }
}
