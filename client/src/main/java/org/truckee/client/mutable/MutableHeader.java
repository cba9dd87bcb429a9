package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.crypto.Hash;

/// What is signed of one version of a mutable file.
///
/// ```
///  SDMF      MDMF
///  0   1     0   1   format: 0 or 1
///  1   8     1   8   sequence number
///  9  32     9  32   root of the share hash tree
/// 41  16             salt (in MDMF every segment has its own)
/// 57   1    41   1   required
/// 58   1    42   1   total
/// 59   8    43   8   segment size: in SDMF the file's size, in MDMF 128 KiB, rounded up to a multiple of `required`
/// 67   8    51   8   file size
/// 75        59
/// ```
///
/// What stands before `required` is the checkstring, which tells versions apart in test-and-set. Sizes are in bytes.
/// (Tahoe-LAFS `docs/specifications/mutable.rst`, `src/allmydata/mutable/layout.py`.)
public record MutableHeader(
        MutableFormat format,
        long sequenceNumber,
        Hash root,
        Optional<Salt> salt,
        Encoding encoding,
        long segmentBytes,
        long fileBytes) {
    /// Older versions before newer ones; of equal numbers, by root.
    static final Comparator<MutableHeader> BY_AGE = Comparator.comparingLong(MutableHeader::sequenceNumber)
            .thenComparing(header -> header.root().toBytes(), Arrays::compareUnsigned);

    /// The longer of the two.
    static final int MAX_BYTES = 75;

    /// Segment size of MDMF before it is rounded up.
    private static final int MDMF_SEGMENT_BYTES = 128 << 10;

    private static final int MAX_SEGMENTS = Integer.MAX_VALUE / 128;

    public MutableHeader {
        if (salt.isPresent() != (format == MutableFormat.SDMF)) {
            throw new IllegalArgumentException("SDMF has one salt, MDMF has it in the segments");
        }
    }

    MutableHeader withRoot(Hash newRoot) {
        return new MutableHeader(format, sequenceNumber, newRoot, salt, encoding, segmentBytes, fileBytes);
    }

    /// Segment size of a file that is written.
    static long segmentBytes(MutableFormat format, long fileBytes, Encoding encoding) {
        long bytes = switch (format) {
            case SDMF -> fileBytes;
            case MDMF -> MDMF_SEGMENT_BYTES;
        };
        return Math.ceilDiv(bytes, encoding.required()) * encoding.required();
    }

    static int bytes(MutableFormat format) {
        return checkstringBytes(format) + 2 + 2 * Long.BYTES;
    }

    private static int checkstringBytes(MutableFormat format) {
        return 1 + Long.BYTES + Hash.BYTES + (format == MutableFormat.SDMF ? Salt.BYTES : 0);
    }

    byte[] toBytes() {
        var out = ByteBuffer.allocate(bytes(format))
                .put(number(format))
                .putLong(sequenceNumber)
                .put(root.toBytes());
        salt.ifPresent(s -> out.put(s.toBytes()));
        return out.put((byte) encoding.required())
                .put((byte) encoding.total())
                .putLong(segmentBytes)
                .putLong(fileBytes)
                .array();
    }

    /// What a server is asked to compare before it replaces this version.
    Checkstring checkstring() {
        return new Checkstring(Arrays.copyOf(toBytes(), checkstringBytes(format)));
    }

    private static byte number(MutableFormat format) {
        return switch (format) {
            case SDMF -> 0;
            case MDMF -> 1;
        };
    }

    private static Optional<MutableFormat> format(ByteBuffer bytes) {
        byte number = bytes.hasRemaining() ? bytes.get() : -1;
        return Arrays.stream(MutableFormat.values())
                .filter(format -> number(format) == number)
                .findFirst();
    }

    /// Empty if `bytes` begin with no header or with one that makes no sense.
    static Optional<MutableHeader> read(ByteBuffer bytes) {
        Optional<MutableFormat> found = format(bytes);
        if (found.isEmpty() || bytes.remaining() < bytes(found.get()) - 1) {
            return Optional.empty();
        }
        MutableFormat format = found.get();
        long sequenceNumber = bytes.getLong();
        var root = new byte[Hash.BYTES];
        bytes.get(root);
        Optional<Salt> salt = format == MutableFormat.SDMF ? Optional.of(Salt.read(bytes)) : Optional.empty();
        int required = Byte.toUnsignedInt(bytes.get());
        int total = Byte.toUnsignedInt(bytes.get());
        long segmentBytes = bytes.getLong();
        long fileBytes = bytes.getLong();
        if (required < 1 || required > total || !isPossible(format, required, segmentBytes, fileBytes)) {
            return Optional.empty();
        }
        return Optional.of(new MutableHeader(
                format, sequenceNumber, new Hash(root), salt, new Encoding(required, total), segmentBytes, fileBytes));
    }

    private static boolean isPossible(MutableFormat format, int required, long segmentBytes, long fileBytes) {
        boolean sizes = fileBytes >= 0
                && segmentBytes >= 0
                && segmentBytes <= Integer.MAX_VALUE - 256
                && segmentBytes % required == 0;
        return sizes
                && switch (format) {
                    case SDMF -> segmentBytes >= fileBytes && segmentBytes - fileBytes < required;
                    case MDMF -> segmentBytes > 0 && Math.ceilDiv(fileBytes, segmentBytes) <= MAX_SEGMENTS;
                };
    }

    /// None of an empty file.
    int segments() {
        return fileBytes == 0 ? 0 : Math.toIntExact(Math.ceilDiv(fileBytes, segmentBytes));
    }

    /// Bytes of file in a segment.
    int segmentLength(int segment) {
        return (int) Math.min(segmentBytes, fileBytes - segment * segmentBytes);
    }

    /// Bytes of every block of a segment.
    int blockLength(int segment) {
        return Math.ceilDiv(segmentLength(segment), encoding.required());
    }

    /// Bytes in front of every block: the segment's salt, in MDMF.
    int blockSaltBytes() {
        return format == MutableFormat.MDMF ? Salt.BYTES : 0;
    }

    /// Where a segment's block, with its salt, begins among the blocks of a share.
    long blockOffset(int segment) {
        return segment * (segmentBytes / encoding.required() + blockSaltBytes());
    }

    /// Bytes of all blocks of a share, with their salts.
    long allBlocksBytes() {
        int segments = segments();
        return segments == 0 ? 0 : blockOffset(segments - 1) + blockSaltBytes() + blockLength(segments - 1);
    }
}
