package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Hash;

/// What is signed of one version of an SDMF file.
///
/// ```
///  0   1  format: 0
///  1   8  sequence number
///  9  32  root of the share hash tree
/// 41  16  salt
/// 57   1  required
/// 58   1  total
/// 59   8  segment size: the file's size rounded up to a multiple of `required`
/// 67   8  file size
/// ```
///
/// The first 57 bytes, the checkstring, tell versions apart in test-and-set.
/// (Tahoe-LAFS `docs/specifications/mutable.rst`.)
record SdmfHeader(long sequenceNumber, Hash root, Salt salt, Encoding encoding, long segmentBytes, long fileBytes) {
    static final int BYTES = 75;
    static final int CHECKSTRING_BYTES = 57;

    private static final byte FORMAT = 0;

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .put(FORMAT)
                .putLong(sequenceNumber)
                .put(root.toBytes())
                .put(salt.toBytes())
                .put((byte) encoding.required())
                .put((byte) encoding.total())
                .putLong(segmentBytes)
                .putLong(fileBytes)
                .array();
    }

    /// What a server is asked to compare before it replaces this version.
    ByteBuffer checkstring() {
        return ByteBuffer.wrap(toBytes(), 0, CHECKSTRING_BYTES).slice();
    }

    /// Empty if `bytes` are no header of this format or make no sense.
    static Optional<SdmfHeader> read(ByteBuffer bytes) {
        if (bytes.remaining() < BYTES || bytes.get() != FORMAT) {
            return Optional.empty();
        }
        long sequenceNumber = bytes.getLong();
        var root = new byte[Hash.BYTES];
        bytes.get(root);
        Salt salt = Salt.read(bytes);
        int required = Byte.toUnsignedInt(bytes.get());
        int total = Byte.toUnsignedInt(bytes.get());
        long segmentBytes = bytes.getLong();
        long fileBytes = bytes.getLong();
        boolean possible = required >= 1
                && required <= total
                && fileBytes >= 0
                && segmentBytes >= fileBytes
                && segmentBytes - fileBytes < required
                && segmentBytes % required == 0;
        return possible
                ? Optional.of(new SdmfHeader(
                        sequenceNumber, new Hash(root), salt, new Encoding(required, total), segmentBytes, fileBytes))
                : Optional.empty();
    }

    /// Bytes of the block of every share.
    int blockBytes() {
        return Math.toIntExact(segmentBytes / encoding.required());
    }
}
