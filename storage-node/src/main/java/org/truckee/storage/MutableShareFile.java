package org.truckee.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Tag;
import org.truckee.crypto.TubId;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.storage.ShareKind;

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
public final class MutableShareFile implements ShareFile {
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

    private final FileChannel channel;
    private final boolean hashed;
    private final byte[] nodeId;
    private final byte[] writeEnabler;
    private long shareBytes;
    private long moreLeasesAt;

    private MutableShareFile(FileChannel channel, boolean hashed, ByteBuffer header) {
        this.channel = channel;
        this.hashed = hashed;
        this.nodeId = new byte[TubId.BYTES];
        header.get(NODE_ID_AT, nodeId);
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
        byte[] magic = Bytes.read(channel, 0, MAGIC_BYTES).array();
        return Arrays.equals(magic, MAGIC_V1) || Arrays.equals(magic, MAGIC_V2);
    }

    /// Makes the file of an empty share.
    static MutableShareFile create(Path file, TubId nodeId, WriteEnabler writeEnabler) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SHARE_AT + COUNT_BYTES)
                .put(MAGIC_V2)
                .put(nodeId.toBytes())
                .put(writeEnabler.toBytes())
                .putLong(0)
                .putLong(SHARE_AT)
                .clear();
        var channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Bytes.write(channel, 0, header);
            return new MutableShareFile(channel, true, header.clear());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static MutableShareFile open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!isMutable(channel)) {
                throw new CorruptContainerException(file, "it does not begin as a mutable share does");
            }
            return open(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Takes over the channel of a file that begins as a mutable share does.
    static MutableShareFile open(Path file, FileChannel channel) throws IOException {
        if (channel.size() < SHARE_AT) {
            throw new CorruptContainerException(file, "it has only " + channel.size() + " bytes");
        }
        ByteBuffer header = Bytes.read(channel, 0, SLOTS_AT);
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

    boolean accepts(WriteEnabler shown) {
        return MessageDigest.isEqual(writeEnabler, shown.toBytes());
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
            return channel.read(target, SHARE_AT + offset);
        } finally {
            target.limit(limit);
        }
    }

    /// Writes share bytes; a gap between the share's end and `offset` reads as zeros.
    void write(long offset, ByteBuffer data) throws IOException {
        long end = offset + data.remaining();
        if (end > shareBytes) {
            moveFurtherLeases(SHARE_AT + end);
            zero(shareBytes, Math.min(offset, end));
            setLength(end);
        }
        Bytes.write(channel, SHARE_AT + offset, data);
    }

    /// Cuts the share; what is cut off reads as zeros if the share grows again.
    void truncate(long length) throws IOException {
        if (length < shareBytes) {
            setLength(length);
        }
    }

    private void setLength(long length) throws IOException {
        shareBytes = length;
        Bytes.write(channel, LENGTH_AT, ByteBuffer.allocate(8).putLong(length).flip());
    }

    private void zero(long from, long to) throws IOException {
        for (long at = from; at < to; at += 65536) {
            Bytes.write(channel, SHARE_AT + at, ByteBuffer.allocate((int) Math.min(65536, to - at)));
        }
    }

    private void moveFurtherLeases(long to) throws IOException {
        if (to <= moreLeasesAt) {
            return;
        }
        int length = COUNT_BYTES + Math.toIntExact(furtherLeases() * Lease.MUTABLE_BYTES);
        ByteBuffer leases = Bytes.read(channel, moreLeasesAt, length);
        Bytes.write(channel, moreLeasesAt, ByteBuffer.allocate(leases.remaining()));
        Bytes.write(channel, to, leases);
        moreLeasesAt = to;
        Bytes.write(channel, MORE_LEASES_AT, ByteBuffer.allocate(8).putLong(to).flip());
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

    private Lease readLease(long index) throws IOException {
        return Lease.readMutable(Bytes.read(channel, leaseAt(index), Lease.MUTABLE_BYTES));
    }

    @Override
    public void addOrRenew(LeaseSecrets secrets, Instant now) throws IOException {
        long leases = SLOTS + furtherLeases();
        long free = leases;
        for (long i = leases - 1; i >= 0; i--) {
            Lease lease = readLease(i);
            if (lease.owner() == 0) {
                free = i;
            } else if (lease.isOf(secrets, hashed)) {
                writeLease(i, lease.renewed(now));
                return;
            }
        }
        writeLease(free, Lease.begin(OWNER, secrets, hashed, now));
        if (free == leases) {
            int count = (int) (leases - SLOTS + 1);
            Bytes.write(
                    channel,
                    moreLeasesAt,
                    ByteBuffer.allocate(COUNT_BYTES).putInt(count).flip());
        }
    }

    private long furtherLeases() throws IOException {
        long room = (channel.size() - moreLeasesAt - COUNT_BYTES) / Lease.MUTABLE_BYTES;
        return room < 0
                ? 0
                : Math.min(
                        room,
                        Integer.toUnsignedLong(
                                Bytes.read(channel, moreLeasesAt, COUNT_BYTES).getInt()));
    }

    private void writeLease(long index, Lease lease) throws IOException {
        Bytes.write(channel, leaseAt(index), lease.writeMutable(nodeId));
    }

    private long leaseAt(long index) {
        return index < SLOTS
                ? SLOTS_AT + index * Lease.MUTABLE_BYTES
                : moreLeasesAt + COUNT_BYTES + (index - SLOTS) * Lease.MUTABLE_BYTES;
    }

    @Override
    public void sync() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
