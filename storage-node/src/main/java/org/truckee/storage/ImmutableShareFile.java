package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.storage.ShareKind;

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
public final class ImmutableShareFile implements ShareFile {
    static final int HEADER_BYTES = 12;

    private static final int LEASES_AT = 8;
    private static final int CLEAR = 1;
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

    /// Makes the file of a share that is yet to be written, in its full size, without leases.
    public static ImmutableShareFile create(Path file, long shareBytes) throws IOException {
        var channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var header = ByteBuffer.allocate(HEADER_BYTES)
                    .putInt(HASHED)
                    .putInt((int) Math.min(shareBytes, 0xffff_ffffL))
                    .putInt(0);
            Bytes.write(channel, 0, header.flip());
            return new ImmutableShareFile(channel, true, shareBytes, 0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Makes the file of a share that is yet to be written, in its full size, with one lease.
    static ImmutableShareFile create(Path file, long shareBytes, LeaseSecrets lease, Instant now) throws IOException {
        var share = create(file, shareBytes);
        try {
            share.append(Lease.begin(OWNER_OF_ALLOCATION, lease, true, now));
            return share;
        } catch (IOException | RuntimeException e) {
            share.close();
            throw e;
        }
    }

    /// Takes over the channel.
    static ImmutableShareFile open(Path file, FileChannel channel) throws IOException {
        if (channel.size() < HEADER_BYTES) {
            throw new CorruptContainerException(file, "it has only " + channel.size() + " bytes");
        }
        ByteBuffer header = Bytes.read(channel, 0, HEADER_BYTES);
        int version = header.getInt();
        long leases = Integer.toUnsignedLong(header.getInt(LEASES_AT));
        long shareBytes = channel.size() - HEADER_BYTES - leases * Lease.IMMUTABLE_BYTES;
        if (version != CLEAR && version != HASHED) {
            throw new CorruptContainerException(file, "its container version is " + version);
        }
        if (shareBytes < 0) {
            throw new CorruptContainerException(file, "it is too short for its " + leases + " leases");
        }
        return new ImmutableShareFile(channel, version == HASHED, shareBytes, leases);
    }

    @Override
    public ShareKind kind() {
        return ShareKind.IMMUTABLE;
    }

    @Override
    public int version() {
        return hashed ? HASHED : CLEAR;
    }

    @Override
    public long shareBytes() {
        return shareBytes;
    }

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
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

    /// Writes share bytes.
    public void write(long offset, ByteBuffer data) throws IOException {
        Bytes.write(channel, HEADER_BYTES + offset, data);
    }

    @Override
    public void sync() throws IOException {
        channel.force(true);
    }

    @Override
    public List<Lease> leases() throws IOException {
        List<Lease> all = new ArrayList<>();
        for (long i = 0; i < leases; i++) {
            all.add(readLease(i));
        }
        return all;
    }

    @Override
    public void addOrRenew(LeaseSecrets secrets, Instant now) throws IOException {
        for (long i = 0; i < leases; i++) {
            Lease lease = readLease(i);
            if (lease.isOf(secrets, hashed)) {
                writeLease(i, lease.renewed(now));
                return;
            }
        }
        append(Lease.begin(OWNER_OF_RENEWAL, secrets, hashed, now));
    }

    private void append(Lease lease) throws IOException {
        writeLease(leases, lease);
        leases++;
        Bytes.write(
                channel, LEASES_AT, ByteBuffer.allocate(4).putInt((int) leases).flip());
    }

    private Lease readLease(long index) throws IOException {
        return Lease.readImmutable(Bytes.read(channel, leaseAt(index), Lease.IMMUTABLE_BYTES));
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
