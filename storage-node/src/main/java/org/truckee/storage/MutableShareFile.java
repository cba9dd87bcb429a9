package org.truckee.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Tag;
import org.truckee.crypto.TubId;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.storage.FileChange.Bytes;
import org.truckee.storage.FileChange.End;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Zeros;

/// The container of a mutable share.
///
/// ```
///   0   32  magic: "Tahoe mutable container v1\n" (lease secrets in clear) or "... v2\n" (hashed), and five bytes
///  32   20  TubID of the server that recorded the write enabler
///  52   32  write enabler
///  84    8  share length n
///  92    8  where the count of further leases stands (at least 468 + n)
/// 100  368  four lease slots
/// 468    n  the share
///  ..    4  count of further leases, then 92 bytes each
/// ```
///
/// (Tahoe-LAFS `src/allmydata/storage/mutable.py`.)
final class MutableShareFile extends ShareFile {
    private static final byte[] MAGIC_V1 = magic(1, HexFormat.of().parseHex("750944038e"));
    private static final byte[] MAGIC_V2 =
            magic(2, Tag.MUTABLE_CONTAINER_HEADER.hash("Tahoe mutable container v2\n".getBytes(US_ASCII), 5));

    private static final int MAGIC_BYTES = 32;
    private static final int NODE_ID_AT = MAGIC_BYTES;
    private static final int WRITE_ENABLER_AT = NODE_ID_AT + TubId.BYTES; // 52
    private static final int LENGTH_AT = WRITE_ENABLER_AT + WriteEnabler.BYTES; // 84
    private static final int MORE_LEASES_AT = LENGTH_AT + 8; // 92
    private static final int SLOTS_AT = MORE_LEASES_AT + 8; // 100
    private static final int SLOTS = 4;
    private static final int SHARE_AT = SLOTS_AT + SLOTS * Lease.MUTABLE_BYTES; // 468
    private static final int COUNT_BYTES = 4;
    private static final int OWNER = 1;

    /// What a container without further leases has beside the share.
    static final int OVERHEAD_BYTES = SHARE_AT + COUNT_BYTES;

    private final boolean hashed;
    private final TubId nodeId;
    private final byte[] writeEnabler;
    private final long shareBytes;
    private final long moreLeasesAt;

    private MutableShareFile(FileChannel channel, boolean hashed, ByteBuffer header) {
        super(channel);
        this.hashed = hashed;
        var id = new byte[TubId.BYTES];
        header.get(NODE_ID_AT, id);
        this.nodeId = new TubId(id);
        this.writeEnabler = new byte[WriteEnabler.BYTES];
        header.get(WRITE_ENABLER_AT, writeEnabler);
        this.shareBytes = header.getLong(LENGTH_AT);
        this.moreLeasesAt = header.getLong(MORE_LEASES_AT);
    }

    private static byte[] magic(int version, byte[] suffix) {
        byte[] text = ("Tahoe mutable container v" + version + "\n").getBytes(US_ASCII);
        byte[] magic = Arrays.copyOf(text, MAGIC_BYTES);
        System.arraycopy(suffix, 0, magic, text.length, suffix.length);
        return magic;
    }

    /// Whether a file begins as a mutable share does.
    static boolean isMutable(FileChannel channel) throws IOException {
        if (channel.size() < MAGIC_BYTES) {
            return false;
        }
        byte[] magic = ShareBytes.read(channel, 0, MAGIC_BYTES).array();
        return Arrays.equals(magic, MAGIC_V1) || Arrays.equals(magic, MAGIC_V2);
    }

    /// Takes over the channel of a file that begins as a mutable share does.
    static MutableShareFile open(Path file, FileChannel channel) throws IOException {
        if (channel.size() < SHARE_AT) {
            throw new CorruptContainerException(file, "it has only " + channel.size() + " bytes");
        }
        ByteBuffer header = ShareBytes.read(channel, 0, SLOTS_AT);
        var magic = new byte[MAGIC_BYTES];
        header.get(0, magic);
        var share = new MutableShareFile(channel, Arrays.equals(magic, MAGIC_V2), header);
        share.check(file);
        return share;
    }

    private void check(Path file) throws IOException {
        if (shareBytes < 0 || shareBytes > channel.size() - SHARE_AT) {
            throw new CorruptContainerException(file, "its share cannot have " + shareBytes + " bytes");
        }
        if (moreLeasesAt < SHARE_AT + shareBytes || moreLeasesAt > channel.size()) {
            throw new CorruptContainerException(file, "its further leases cannot stand at " + moreLeasesAt);
        }
    }

    @Override
    public ShareKind kind() {
        return ShareKind.MUTABLE;
    }

    @Override
    public int version() {
        return hashed ? 2 : 1;
    }

    @Override
    public long shareBytes() {
        return shareBytes;
    }

    @Override
    long shareAt() {
        return SHARE_AT;
    }

    boolean accepts(WriteEnabler shown) {
        return MessageDigest.isEqual(writeEnabler, shown.toBytes());
    }

    /// The server on which the share was first written: write enablers are made for that.
    TubId nodeId() {
        return nodeId;
    }

    /// What has to be written for a new share to hold what `vectors` say, with one lease.
    static List<Piece> creation(TestAndWrite vectors, TubId nodeId, WriteEnabler writeEnabler, Lease lease) {
        long length = lengthAfter(vectors, 0);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Bytes(
                0,
                ByteBuffer.allocate(SLOTS_AT)
                        .put(MAGIC_V2)
                        .put(nodeId.toBytes())
                        .put(writeEnabler.toBytes())
                        .putLong(length)
                        .putLong(SHARE_AT + endAfter(vectors, 0))
                        .flip()));
        pieces.add(new Bytes(SLOTS_AT, lease.writeMutable(nodeId)));
        pieces.add(new Zeros(SLOTS_AT + Lease.MUTABLE_BYTES, (SLOTS - 1L) * Lease.MUTABLE_BYTES));
        addWrites(pieces, vectors, 0);
        pieces.add(new Zeros(SHARE_AT + endAfter(vectors, 0), COUNT_BYTES));
        pieces.add(new End(SHARE_AT + endAfter(vectors, 0) + COUNT_BYTES));
        return pieces;
    }

    /// A new share's lease.
    static Lease newLease(LeaseSecrets secrets, Instant now) {
        return Lease.begin(OWNER, secrets, true, now);
    }

    /// What has to be written for the share to be changed as `vectors` say. What was cut off before and comes into
    /// view again reads as zeros; the container never gets smaller.
    List<Piece> change(TestAndWrite vectors) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        long end = SHARE_AT + endAfter(vectors, shareBytes);
        if (end > moreLeasesAt) {
            ByteBuffer leases = ShareBytes.read(channel, moreLeasesAt, furtherLeasesBytes());
            pieces.add(new Zeros(moreLeasesAt, leases.remaining()));
            pieces.add(new Bytes(end, leases));
        }
        addWrites(pieces, vectors, shareBytes);
        pieces.add(new Bytes(
                LENGTH_AT,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(lengthAfter(vectors, shareBytes))
                        .putLong(Math.max(end, moreLeasesAt))
                        .flip()));
        return pieces;
    }

    /// The writes, and zeros where one begins behind the share's end as it is then.
    private static void addWrites(List<Piece> pieces, TestAndWrite vectors, long shareBytes) {
        long end = shareBytes;
        for (var write : vectors.writes()) {
            if (write.offset() > end) {
                pieces.add(new Zeros(SHARE_AT + end, write.offset() - end));
            }
            pieces.add(new Bytes(SHARE_AT + write.offset(), write.data()));
            end = Math.max(end, write.offset() + write.data().remaining());
        }
    }

    /// Where the share ends when the writes are done, before it is cut.
    static long endAfter(TestAndWrite vectors, long shareBytes) {
        long end = shareBytes;
        for (var write : vectors.writes()) {
            end = Math.max(end, Math.addExact(write.offset(), write.data().remaining()));
        }
        return end;
    }

    /// Length of the share when the writes are done.
    static long lengthAfter(TestAndWrite vectors, long shareBytes) {
        long end = endAfter(vectors, shareBytes);
        return Math.min(end, vectors.newLength().orElse(end));
    }

    @Override
    public List<Lease> leases() throws IOException {
        List<Lease> all = new ArrayList<>();
        for (long i = 0; i < SLOTS + furtherLeases(); i++) {
            Lease lease = readLease(i);
            if (lease.owner() != 0) {
                all.add(lease);
            }
        }
        return all;
    }

    @Override
    List<Piece> renewal(LeaseSecrets secrets, Instant now) throws IOException {
        return renewal(secrets, now, moreLeasesAt);
    }

    /// The same when the further leases are about to be moved to make room for writes.
    List<Piece> renewal(LeaseSecrets secrets, Instant now, TestAndWrite vectors) throws IOException {
        return renewal(secrets, now, Math.max(moreLeasesAt, SHARE_AT + endAfter(vectors, shareBytes)));
    }

    private List<Piece> renewal(LeaseSecrets secrets, Instant now, long newMoreLeasesAt) throws IOException {
        long leases = SLOTS + furtherLeases();
        long free = leases;
        for (long i = leases - 1; i >= 0; i--) {
            Lease lease = readLease(i);
            if (lease.owner() == 0) {
                free = i;
            } else if (lease.isOf(secrets, hashed)) {
                return List.of(new Bytes(
                        leaseAt(i, newMoreLeasesAt), lease.renewed(now).writeMutable(nodeId)));
            }
        }
        Lease added = Lease.begin(OWNER, secrets, hashed, now);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Bytes(leaseAt(free, newMoreLeasesAt), added.writeMutable(nodeId)));
        if (free == leases) {
            int count = (int) (leases - SLOTS + 1);
            pieces.add(new Bytes(
                    newMoreLeasesAt,
                    ByteBuffer.allocate(COUNT_BYTES).putInt(count).flip()));
        }
        return pieces;
    }

    @Override
    Optional<List<Piece>> withoutLeases(Predicate<Lease> ended) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        boolean left = false;
        for (long i = 0; i < SLOTS + furtherLeases(); i++) {
            Lease lease = readLease(i);
            if (lease.owner() != 0 && ended.test(lease)) {
                pieces.add(new Zeros(leaseAt(i, moreLeasesAt), Lease.MUTABLE_BYTES));
            } else {
                left |= lease.owner() != 0;
            }
        }
        return left ? Optional.of(pieces) : Optional.empty();
    }

    private Lease readLease(long index) throws IOException {
        return Lease.readMutable(ShareBytes.read(channel, leaseAt(index, moreLeasesAt), Lease.MUTABLE_BYTES));
    }

    private long furtherLeases() throws IOException {
        long room = (channel.size() - moreLeasesAt - COUNT_BYTES) / Lease.MUTABLE_BYTES;
        return room <= 0
                ? 0
                : Math.min(
                        room,
                        Integer.toUnsignedLong(ShareBytes.read(channel, moreLeasesAt, COUNT_BYTES)
                                .getInt()));
    }

    private int furtherLeasesBytes() throws IOException {
        long there = channel.size() - moreLeasesAt;
        return (int) Math.min(there, COUNT_BYTES + furtherLeases() * Lease.MUTABLE_BYTES);
    }

    private static long leaseAt(long index, long moreLeasesAt) {
        return index < SLOTS
                ? SLOTS_AT + index * Lease.MUTABLE_BYTES
                : moreLeasesAt + COUNT_BYTES + (index - SLOTS) * Lease.MUTABLE_BYTES;
    }
}
