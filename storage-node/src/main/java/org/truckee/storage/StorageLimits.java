package org.truckee.storage;

import java.io.IOException;
import org.truckee.protocol.node.TahoeConfiguration;

/// What an operator lets a node take: it leaves `reservedBytes` of the disk free, takes no new immutable share once
/// its shares have `maximumBytes`, and none at all if it is `readOnly`. Mutable shares may use the reserve, so that
/// a full node can still remove and rename.
public record StorageLimits(long reservedBytes, long maximumBytes, boolean readOnly) {
    /// Takes as much as the disk has.
    public static final StorageLimits NONE = new StorageLimits(0, Long.MAX_VALUE, false);

    private static final long LEAST_RESERVE = 1L << 30;
    private static final int RESERVED_PARTS = 20;

    /// From `[storage]` `reserved_space`, `maximum_size` (absent or 0: no maximum) and `readonly`.
    public static StorageLimits of(TahoeConfiguration configuration) throws IOException {
        long maximum = configuration.bytes("storage", "maximum_size");
        return new StorageLimits(
                configuration.bytes("storage", "reserved_space"),
                maximum == 0 ? Long.MAX_VALUE : maximum,
                configuration.isOn("storage", "readonly"));
    }

    /// What a new node leaves free on a disk of this size: 5 %, and at least 1 GiB.
    public static long usualReserve(long diskBytes) {
        return Math.max(LEAST_RESERVE, diskBytes / RESERVED_PARTS);
    }
}
