package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.storage.FileChange.Bytes;
import org.truckee.storage.FileChange.End;
import org.truckee.storage.FileChange.Piece;

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
final class ImmutableShareFile extends ShareFile {
    static final int HEADER_BYTES = 12;

    static final int CLEAR = 1;
    static final int HASHED = 2;

    private static final int LEASES_AT = 8;
    private static final int OWNER_OF_RENEWAL = 1;

    private final boolean hashed;
    private final long shareBytes;
    private final long leases;

    private ImmutableShareFile(FileChannel channel, boolean hashed, long shareBytes, long leases) {
        super(channel);
        this.hashed = hashed;
        this.shareBytes = shareBytes;
        this.leases = leases;
    }

    /// Takes over the channel.
    static ImmutableShareFile open(Path file, FileChannel channel) throws IOException {
        if (channel.size() < HEADER_BYTES) {
            throw new CorruptContainerException(file, "it has only " + channel.size() + " bytes");
        }
        ByteBuffer header = ShareBytes.read(channel, 0, HEADER_BYTES);
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
    long shareAt() {
        return HEADER_BYTES;
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
    List<Piece> renewal(LeaseSecrets secrets, Instant now) throws IOException {
        for (long i = 0; i < leases; i++) {
            Lease lease = readLease(i);
            if (lease.isOf(secrets, hashed)) {
                return List.of(new Bytes(leaseAt(i), lease.renewed(now).writeImmutable()));
            }
        }
        Lease added = Lease.begin(OWNER_OF_RENEWAL, secrets, hashed, now);
        return List.of(new Bytes(leaseAt(leases), added.writeImmutable()), count(leases + 1));
    }

    @Override
    Optional<List<Piece>> withoutLeases(Predicate<Lease> ended) throws IOException {
        List<Lease> left = leases().stream().filter(ended.negate()).toList();
        if (left.isEmpty()) {
            return Optional.empty();
        }
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            pieces.add(new Bytes(leaseAt(i), left.get(i).writeImmutable()));
        }
        pieces.add(count(left.size()));
        pieces.add(new End(leaseAt(left.size())));
        return Optional.of(pieces);
    }

    private static Piece count(long leases) {
        return new Bytes(
                LEASES_AT,
                ByteBuffer.allocate(Integer.BYTES).putInt((int) leases).flip());
    }

    private Lease readLease(long index) throws IOException {
        return Lease.readImmutable(ShareBytes.read(channel, leaseAt(index), Lease.IMMUTABLE_BYTES));
    }

    private long leaseAt(long index) {
        return HEADER_BYTES + shareBytes + index * Lease.IMMUTABLE_BYTES;
    }
}
