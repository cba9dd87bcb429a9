package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.truckee.crypto.LeaseSecrets;

/// The container of an immutable share.
///
/// ```
/// 0   4  version: 1 (lease secrets in clear) or 2 (hashed, written today)
/// 4   4  share length, at most 2^32-1; for information only
/// 8   4  number of leases L
/// 12  n  the share
/// ..  72 L  leases
/// ```
///
/// n is what the file's size and L leave. (Tahoe-LAFS `src/allmydata/storage/immutable.py`.)
final class ImmutableShareFile implements AutoCloseable {
    static final int HEADER_BYTES = 12;

    private static final int LEASES_AT = 8;
    private static final int HASHED = 2;
    private static final int OWNER_OF_ALLOCATION = 0;
    private static final int OWNER_OF_RENEWAL = 1;

    private final FileChannel channel;
    private final boolean hashed;
    private final long shareBytes;
    private long leases;

    private ImmutableShareFile(FileChannel channel, boolean hashed, long shareBytes, long leases) {
        this.channel = channel;
        this.hashed = hashed;
        this.shareBytes = shareBytes;
        this.leases = leases;
    }

    /// Makes the file of a share that is yet to be written, in its full size, with one lease.
    static ImmutableShareFile create(Path file, long shareBytes, LeaseSecrets lease, Instant now) throws IOException {
        var channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var share = new ImmutableShareFile(channel, true, shareBytes, 1);
            share.writeLease(0, Lease.begin(OWNER_OF_ALLOCATION, lease, true, now));
            Bytes.write(
                    channel,
                    0,
                    ByteBuffer.allocate(HEADER_BYTES)
                            .putInt(HASHED)
                            .putInt((int) Math.min(shareBytes, 0xffff_ffffL))
                            .putInt(1)
                            .flip());
            return share;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static ImmutableShareFile open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.size() < HEADER_BYTES) {
                throw new CorruptContainerException(file, "it has only " + channel.size() + " bytes");
            }
            ByteBuffer header = Bytes.read(channel, 0, HEADER_BYTES);
            int version = header.getInt();
            long leases = Integer.toUnsignedLong(header.getInt(LEASES_AT));
            long shareBytes = channel.size() - HEADER_BYTES - leases * Lease.IMMUTABLE_BYTES;
            if (version != 1 && version != HASHED) {
                throw new CorruptContainerException(file, "its container version is " + version);
            }
            if (shareBytes < 0) {
                throw new CorruptContainerException(file, "it is too short for its " + leases + " leases");
            }
            return new ImmutableShareFile(channel, version == HASHED, shareBytes, leases);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Length of the share, without the container.
    long shareBytes() {
        return shareBytes;
    }

    /// Reads share bytes; those after the share's end are never given.
    int read(long offset, ByteBuffer target) throws IOException {
        if (offset >= shareBytes) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + (shareBytes - offset)));
        try {
            return channel.read(target, HEADER_BYTES + offset);
        } finally {
            target.limit(limit);
        }
    }

    void write(long offset, ByteBuffer data) throws IOException {
        Bytes.write(channel, HEADER_BYTES + offset, data);
    }

    void sync() throws IOException {
        channel.force(true);
    }

    /// Renews the lease with these secrets, or adds it.
    void addOrRenew(LeaseSecrets secrets, Instant now) throws IOException {
        for (long i = 0; i < leases; i++) {
            Lease lease = Lease.readImmutable(Bytes.read(channel, leaseAt(i), Lease.IMMUTABLE_BYTES));
            if (lease.isOf(secrets, hashed)) {
                writeLease(i, lease.renewed(now));
                return;
            }
        }
        writeLease(leases, Lease.begin(OWNER_OF_RENEWAL, secrets, hashed, now));
        leases++;
        Bytes.write(
                channel, LEASES_AT, ByteBuffer.allocate(4).putInt((int) leases).flip());
    }

    private void writeLease(long index, Lease lease) throws IOException {
        Bytes.write(channel, leaseAt(index), lease.writeImmutable());
    }

    private long leaseAt(long index) {
        return HEADER_BYTES + shareBytes + index * Lease.IMMUTABLE_BYTES;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
