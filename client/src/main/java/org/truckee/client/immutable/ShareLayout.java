package org.truckee.client.immutable;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.truckee.client.cap.Encoding;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.protocol.storage.ByteRange;

/// Where the parts of an immutable share begin. Nothing protects these numbers but the hashes of what they lead to.
///
/// ```
///  version 1   version 2
///   0  4        0  4      version
///   4  4        4  8      bytes of a block
///   8  4       12  8      bytes of all blocks
///  12  4       20  8      where the blocks begin
///  16  4       28  8      where the plaintext hash tree begins: unused, all zeros
///  20  4       36  8      where the ciphertext hash tree begins
///  24  4       44  8      where the block hash tree begins
///  28  4       52  8      where the share hash chain begins: records of node number (2) and hash (32)
///  32  4       60  8      where the URI extension begins: its length (4 or 8), then itself
///  36          68         blocks
/// ```
///
/// (Tahoe-LAFS `src/allmydata/immutable/layout.py`.)
record ShareLayout(
        int version,
        long blockBytes,
        long shareDataBytes,
        long data,
        long plaintextHashes,
        long ciphertextHashes,
        long blockHashes,
        long shareHashes,
        long uriExtension) {
    /// Bytes of the longer of the two headers.
    static final int MAX_HEADER_BYTES = 68;

    /// Bytes of a record of the share hash chain: node number and hash.
    static final int CHAIN_RECORD_BYTES = Short.BYTES + Hash.BYTES;

    /// So far from the end of all numbers that nothing read behind it overflows.
    private static final long MAX_OFFSET = 1L << 60;

    private static final int FIELDS = 8;
    private static final long LIMIT_OF_VERSION_1 = 1L << 32;

    /// Where the parts of a file's shares are to be written: version 1 wherever its 4-byte numbers suffice.
    static ShareLayout of(Segmentation segmentation) {
        ShareLayout first = of(1, segmentation);
        boolean fits = first.blockBytes < LIMIT_OF_VERSION_1
                && first.shareDataBytes < LIMIT_OF_VERSION_1
                && first.uriExtension < LIMIT_OF_VERSION_1;
        return fits ? first : of(2, segmentation);
    }

    static ShareLayout of(int version, Segmentation segmentation) {
        long treeBytes = (long) MerkleTree.size(segmentation.segments()) * Hash.BYTES;
        long data = headerBytes(version);
        long plaintextHashes = data + segmentation.shareDataBytes();
        long ciphertextHashes = plaintextHashes + treeBytes;
        long blockHashes = ciphertextHashes + treeBytes;
        long shareHashes = blockHashes + treeBytes;
        long uriExtension = shareHashes + (long) chainLength(segmentation.encoding()) * CHAIN_RECORD_BYTES;
        return new ShareLayout(
                version,
                segmentation.blockBytes(),
                segmentation.shareDataBytes(),
                data,
                plaintextHashes,
                ciphertextHashes,
                blockHashes,
                shareHashes,
                uriExtension);
    }

    /// Records in the share hash chain: the share's own leaf and a sibling per level below the root.
    static int chainLength(Encoding encoding) {
        int nodes = MerkleTree.size(encoding.total());
        return Integer.numberOfTrailingZeros((nodes + 1) / 2) + 1;
    }

    private static int headerBytes(int version) {
        return Integer.BYTES + FIELDS * fieldBytes(version);
    }

    private static int fieldBytes(int version) {
        return version == 1 ? Integer.BYTES : Long.BYTES;
    }

    /// Bytes of the number in front of the URI extension.
    int lengthBytes() {
        return fieldBytes(version);
    }

    /// Bytes of a whole share with a URI extension of so many bytes.
    long shareBytes(int uriExtensionBytes) {
        return uriExtension + lengthBytes() + uriExtensionBytes;
    }

    /// A part of a share and where it is.
    record Part(Section section, ByteRange range) {}

    /// The parts behind the blocks, without gaps, in a share that has `bytes` there.
    List<Part> sectionsBehindBlocks(long bytes) {
        return List.of(
                new Part(Section.PLAINTEXT_HASHES, new ByteRange(plaintextHashes, ciphertextHashes)),
                new Part(Section.CIPHERTEXT_HASHES, new ByteRange(ciphertextHashes, blockHashes)),
                new Part(Section.BLOCK_HASHES, new ByteRange(blockHashes, shareHashes)),
                new Part(Section.SHARE_HASHES, new ByteRange(shareHashes, uriExtension)),
                new Part(Section.URI_EXTENSION, new ByteRange(uriExtension, plaintextHashes + bytes)));
    }

    byte[] header() {
        var header = ByteBuffer.allocate(headerBytes(version)).putInt(version);
        for (long field : new long[] {
            blockBytes, shareDataBytes, data, plaintextHashes, ciphertextHashes, blockHashes, shareHashes, uriExtension
        }) {
            putNumber(header, field);
        }
        return header.array();
    }

    /// A number of the width that this version has.
    void putNumber(ByteBuffer target, long number) {
        if (version == 1) {
            target.putInt((int) number);
        } else {
            target.putLong(number);
        }
    }

    /// Reads the header of a share; empty if `start` is shorter than it or its numbers are impossible.
    static Optional<ShareLayout> read(ByteBuffer start) {
        if (start.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int version = start.getInt();
        boolean known = version == 1 || version == 2;
        if (!known || start.remaining() < FIELDS * fieldBytes(version)) {
            return Optional.empty();
        }
        var fields = new long[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            fields[i] = version == 1 ? Integer.toUnsignedLong(start.getInt()) : start.getLong();
            if (fields[i] < 0 || fields[i] > MAX_OFFSET) {
                return Optional.empty();
            }
        }
        var layout = new ShareLayout(
                version, fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[7]);
        return layout.isPossible() ? Optional.of(layout) : Optional.empty();
    }

    private boolean isPossible() {
        return shareHashes >= blockHashes
                && (shareHashes - blockHashes) % Hash.BYTES == 0
                && uriExtension >= shareHashes
                && (uriExtension - shareHashes) % CHAIN_RECORD_BYTES == 0;
    }
}
