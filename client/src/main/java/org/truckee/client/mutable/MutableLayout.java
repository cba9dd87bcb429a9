package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.MutableVerifyingKey;
import org.truckee.protocol.storage.ByteRange;

/// Where the parts of a mutable share are. Nothing protects these numbers but the hashes of what they lead to.
///
/// ```
/// SDMF                                           MDMF
///   0  75  header                                  0  59  header
///  75   4  where the signature begins             59   8  where the encrypted signing key begins
///  79   4  where the share hash chain begins      67   8  where the share hash chain begins
///  83   4  where the block hash tree begins       75   8  where the signature begins
///  87   4  where the block begins                 83   8  where the public key begins
///  91   8  where the encrypted signing key begins 91   8  where the public key ends
///  99   8  where the share ends                   99   8  where the blocks begin, each behind its salt (16)
/// 107      public key                            107   8  where the block hash tree begins
///                                                115   8  where the share ends
///                                                123      encrypted signing key
///                                                2167     blocks: what is before them has room to grow
/// ```
///
/// The share hash chain has records of node number (2) and hash (32), the block hash tree 32 bytes per node.
/// (Tahoe-LAFS `src/allmydata/mutable/layout.py`.)
record MutableLayout(
        ByteRange publicKey,
        ByteRange signature,
        ByteRange shareHashes,
        ByteRange blockHashes,
        ByteRange blocks,
        ByteRange signingKey,
        long end) {
    static final int CHAIN_RECORD_BYTES = Short.BYTES + Hash.BYTES;

    private static final int SDMF_PUBLIC_KEY_AT = 75 + 4 * Integer.BYTES + 2 * Long.BYTES; // 107
    private static final int MDMF_SIGNING_KEY_AT = 59 + 8 * Long.BYTES; // 123
    private static final int MDMF_BLOCKS_AT = 2167;

    /// More than any RSA-2048 key takes, in either form.
    private static final int MAX_KEY_BYTES = 2048;

    /// So far from the end of all numbers that nothing read behind it overflows.
    private static final long MAX_OFFSET = 1L << 60;

    private static final int MAX_CHAIN_RECORDS = 8;

    /// Where the parts of a share are to be written.
    static MutableLayout of(MutableHeader header, int publicKeyBytes, int signingKeyBytes) {
        int chainBytes = chainLength(header) * CHAIN_RECORD_BYTES;
        long treeBytes = treeBytes(header);
        long blockBytes = header.allBlocksBytes();
        return switch (header.format()) {
            case SDMF -> {
                var publicKey = from(SDMF_PUBLIC_KEY_AT, publicKeyBytes);
                var signature = from(publicKey.end(), MutableVerifyingKey.SIGNATURE_BYTES);
                var chain = from(signature.end(), chainBytes);
                var tree = from(chain.end(), treeBytes);
                var blocks = from(tree.end(), blockBytes);
                var signingKey = from(blocks.end(), signingKeyBytes);
                yield new MutableLayout(publicKey, signature, chain, tree, blocks, signingKey, signingKey.end());
            }
            case MDMF -> {
                var signingKey = from(MDMF_SIGNING_KEY_AT, signingKeyBytes);
                var chain = from(signingKey.end(), chainBytes);
                var signature = from(chain.end(), MutableVerifyingKey.SIGNATURE_BYTES);
                var publicKey = from(signature.end(), publicKeyBytes);
                var blocks = from(MDMF_BLOCKS_AT, blockBytes);
                var tree = from(blocks.end(), treeBytes);
                yield new MutableLayout(publicKey, signature, chain, tree, blocks, signingKey, tree.end());
            }
        };
    }

    private static ByteRange from(long begin, long length) {
        return new ByteRange(begin, begin + length);
    }

    /// Records of the share hash chain: a sibling per level below the root.
    private static int chainLength(MutableHeader header) {
        int nodes = MerkleTree.size(header.encoding().total());
        return Integer.numberOfTrailingZeros((nodes + 1) / 2);
    }

    static long treeBytes(MutableHeader header) {
        return (long) MerkleTree.size(header.segments()) * Hash.BYTES;
    }

    /// Writes the offsets, which stand behind the header.
    void writeOffsets(MutableFormat format, ByteBuffer out) {
        switch (format) {
            case SDMF ->
                out.putInt((int) signature.begin())
                        .putInt((int) shareHashes.begin())
                        .putInt((int) blockHashes.begin())
                        .putInt((int) blocks.begin())
                        .putLong(signingKey.begin())
                        .putLong(end);
            case MDMF ->
                out.putLong(signingKey.begin())
                        .putLong(shareHashes.begin())
                        .putLong(signature.begin())
                        .putLong(publicKey.begin())
                        .putLong(publicKey.end())
                        .putLong(blocks.begin())
                        .putLong(blockHashes.begin())
                        .putLong(end);
        }
    }

    /// Reads the offsets behind a header; empty if they are cut short or impossible for it.
    static Optional<MutableLayout> read(MutableHeader header, ByteBuffer in) {
        return (switch (header.format()) {
                    case SDMF -> readSdmf(in);
                    case MDMF -> readMdmf(in);
                })
                .filter(layout -> layout.fits(header));
    }

    private static Optional<MutableLayout> readSdmf(ByteBuffer in) {
        if (in.remaining() < 4 * Integer.BYTES + 2 * Long.BYTES) {
            return Optional.empty();
        }
        long signature = Integer.toUnsignedLong(in.getInt());
        long chain = Integer.toUnsignedLong(in.getInt());
        long tree = Integer.toUnsignedLong(in.getInt());
        long block = Integer.toUnsignedLong(in.getInt());
        long signingKey = in.getLong();
        long end = in.getLong();
        return areAscending(SDMF_PUBLIC_KEY_AT, signature, chain, tree, block, signingKey, end)
                ? Optional.of(new MutableLayout(
                        new ByteRange(SDMF_PUBLIC_KEY_AT, signature),
                        new ByteRange(signature, chain),
                        new ByteRange(chain, tree),
                        new ByteRange(tree, block),
                        new ByteRange(block, signingKey),
                        new ByteRange(signingKey, end),
                        end))
                : Optional.empty();
    }

    private static Optional<MutableLayout> readMdmf(ByteBuffer in) {
        if (in.remaining() < 8 * Long.BYTES) {
            return Optional.empty();
        }
        long signingKey = in.getLong();
        long chain = in.getLong();
        long signature = in.getLong();
        long publicKey = in.getLong();
        long publicKeyEnd = in.getLong();
        long blocks = in.getLong();
        long tree = in.getLong();
        long end = in.getLong();
        return areAscending(
                        MDMF_SIGNING_KEY_AT, signingKey, chain, signature, publicKey, publicKeyEnd, blocks, tree, end)
                ? Optional.of(new MutableLayout(
                        new ByteRange(publicKey, publicKeyEnd),
                        new ByteRange(signature, publicKey),
                        new ByteRange(chain, signature),
                        new ByteRange(tree, end),
                        new ByteRange(blocks, tree),
                        new ByteRange(signingKey, chain),
                        end))
                : Optional.empty();
    }

    private static boolean areAscending(long... offsets) {
        if (offsets[offsets.length - 1] > MAX_OFFSET) {
            return false;
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] < offsets[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(MutableHeader header) {
        return publicKey.length() <= MAX_KEY_BYTES
                && signature.length() == MutableVerifyingKey.SIGNATURE_BYTES
                && shareHashes.length() <= MAX_CHAIN_RECORDS * CHAIN_RECORD_BYTES
                && shareHashes.length() % CHAIN_RECORD_BYTES == 0
                && blockHashes.length() == treeBytes(header)
                && blocks.length() == header.allBlocksBytes()
                && signingKey.length() <= MAX_KEY_BYTES;
    }

    /// Bytes of the header and the offsets.
    static int prologueBytes(MutableFormat format) {
        return switch (format) {
            case SDMF -> SDMF_PUBLIC_KEY_AT;
            case MDMF -> MDMF_SIGNING_KEY_AT;
        };
    }

    /// The part that byte `offset` belongs to.
    Section sectionAt(long offset) {
        if (contains(publicKey, offset)) {
            return Section.PUBLIC_KEY;
        }
        if (contains(signature, offset)) {
            return Section.SIGNATURE;
        }
        if (contains(shareHashes, offset)) {
            return Section.SHARE_HASHES;
        }
        if (contains(blockHashes, offset)) {
            return Section.BLOCK_HASHES;
        }
        if (contains(blocks, offset)) {
            return Section.BLOCKS;
        }
        if (contains(signingKey, offset)) {
            return Section.SIGNING_KEY;
        }
        return offset >= end ? Section.END : Section.HEADER;
    }

    /// Whether byte `offset` belongs to no part: in MDMF there is room left between the public key and the blocks.
    boolean isFree(long offset) {
        boolean mdmf = signingKey.end() <= publicKey.begin();
        return mdmf && publicKey.end() <= offset && offset < blocks.begin();
    }

    private static boolean contains(ByteRange range, long offset) {
        return range.begin() <= offset && offset < range.end();
    }
}
