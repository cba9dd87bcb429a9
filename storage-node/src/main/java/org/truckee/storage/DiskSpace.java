package org.truckee.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How much more a node may take. What was promised to uploads and changes under way counts as taken, so that nobody
/// who was given room finds the disk full. Safe for use by several threads at once.
final class DiskSpace {
    /// Left free beside everything else, for what nobody asks for: the journal, folders, leases.
    private static final long SLACK_BYTES = 4 << 20;

    private final FileStore disk;
    private final StorageLimits limits;
    private final ShareCounts counts;

    /// Guarded by the monitor: bytes of shares under way, and how many bytes will still be written.
    private long uploading;

    private long unwritten;

    DiskSpace(Path folder, StorageLimits limits, ShareCounts counts) throws IOException {
        this.disk = Files.getFileStore(folder); // finding it reads the table of mounts
        this.limits = limits;
        this.counts = counts;
    }

    /// Bytes for new immutable shares.
    synchronized long available() throws IOException {
        if (limits.readOnly() || (limited() && !counts.complete())) {
            return 0;
        }
        long onDisk = free() - limits.reservedBytes();
        long allowed = limited() ? limits.maximumBytes() - counts.bytes() - uploading : Long.MAX_VALUE;
        return Math.max(0, Math.min(onDisk, allowed));
    }

    /// Why no new immutable share is taken, in one sentence, if that is so.
    synchronized Optional<String> refusal() throws IOException {
        if (limits.readOnly()) {
            return Optional.of("the node takes no new shares, because its tahoe.cfg says readonly = true");
        }
        if (limited() && !counts.complete()) {
            return Optional.of("the node takes no new shares before those it has are counted, because its tahoe.cfg "
                    + "has a maximum_size");
        }
        if (available() > 0) {
            return Optional.empty();
        }
        return Optional.of(
                free() <= limits.reservedBytes()
                        ? "the node takes no new shares: " + Math.max(0, free()) + " bytes of its disk are free, and "
                                + limits.reservedBytes() + " are to stay free (reserved_space)"
                        : "the node takes no new shares: it has as many as its maximum_size of " + limits.maximumBytes()
                                + " bytes allows");
    }

    private boolean limited() {
        return limits.maximumBytes() != Long.MAX_VALUE;
    }

    private long free() throws IOException {
        return disk.getUsableSpace() - unwritten - SLACK_BYTES;
    }

    /// Promises room to an immutable share; false if there is none.
    synchronized boolean promise(long shareBytes) throws IOException {
        if (shareBytes > available()) {
            return false;
        }
        uploading += shareBytes;
        unwritten += shareBytes;
        return true;
    }

    /// Some of what was promised is on the disk now.
    synchronized void written(long bytes) {
        unwritten -= bytes;
    }

    /// A share is complete, or given up with `neverWritten` bytes to go.
    synchronized void ended(long shareBytes, long neverWritten) {
        uploading -= shareBytes;
        unwritten -= neverWritten;
    }

    /// Promises room to a change of mutable shares until [#changed]; false if there is none.
    synchronized boolean promiseChange(long bytes) throws IOException {
        if (bytes > free()) {
            return false;
        }
        unwritten += bytes;
        return true;
    }

    synchronized void changed(long bytes) {
        unwritten -= bytes;
    }
}
