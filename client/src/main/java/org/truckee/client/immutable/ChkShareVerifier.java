package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.Tag;
import org.truckee.protocol.storage.ByteRange;

/// Reads every byte of one share of an immutable file: all are proven, or must be what the format says. Memory does
/// not grow with the file. Belongs to one thread.
final class ChkShareVerifier {
    private static final int PIECE_BYTES = 256 << 10;

    private final ChkVerifyCap cap;
    private final int share;
    private final ShareSource source;
    private final Cores cores;

    ChkShareVerifier(ChkVerifyCap cap, int share, ShareSource source, Cores cores) {
        this.cap = cap;
        this.share = share;
        this.source = GuessedReads.of(cap, source);
        this.cores = cores;
    }

    /// @throws CorruptShareException if a byte is wrong
    void verify() throws IOException {
        var proven = new ProvenHashes(cap);
        var reader = new ChkShareReader(share, source, proven);
        reader.open();
        UriExtension extension = proven.uriExtension().orElseThrow();
        Segmentation segmentation = extension.segmentation();
        ShareLayout layout = reader.layout();
        if (!layout.equals(ShareLayout.of(layout.version(), segmentation))) {
            throw corrupt(Section.HEADER, new ByteRange(0, layout.data()), "it is not that of the file's shares");
        }
        checkZeros(layout);
        checkEnd(reader.end());
        try (var memory = new ScratchMemory()) {
            tree(
                    Section.CIPHERTEXT_HASHES,
                    layout.ciphertextHashes(),
                    extension.ciphertextRootHash().toBytes(),
                    segmentation,
                    memory);
            byte[] root = proven.blockRoot(share).orElseThrow();
            MerkleTree blockHashes = tree(Section.BLOCK_HASHES, layout.blockHashes(), root, segmentation, memory);
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                checkBlock(segment, layout.data(), segmentation, blockHashes);
            }
        }
    }

    private void checkZeros(ShareLayout layout) throws IOException {
        var range = new ByteRange(layout.plaintextHashes(), layout.ciphertextHashes());
        for (long at = range.begin(); at < range.end(); at += PIECE_BYTES) {
            byte[] piece = read(Section.PLAINTEXT_HASHES, at, Math.min(PIECE_BYTES, range.end() - at));
            if (!Arrays.equals(piece, new byte[piece.length])) {
                throw corrupt(Section.PLAINTEXT_HASHES, range, "they are not all zeros");
            }
        }
    }

    private void checkEnd(long end) throws IOException {
        if (source.read(end, 1).length > 0) {
            throw corrupt(Section.END, new ByteRange(end, end + 1), "there should be none");
        }
    }

    /// The hash tree that begins at `at`, every node of which is proven.
    private MerkleTree tree(Section section, long at, byte[] root, Segmentation segmentation, ScratchMemory memory)
            throws IOException {
        int nodes = MerkleTree.size(segmentation.segments());
        ByteBuffer stored = memory.allocate((long) nodes * Hash.BYTES);
        while (stored.hasRemaining()) {
            stored.put(read(section, at + stored.position(), Math.min(PIECE_BYTES, stored.remaining())));
        }
        int leavesAt = nodes / 2 * Hash.BYTES;
        ByteBuffer leaves = stored.slice(leavesAt, segmentation.segments() * Hash.BYTES);
        MerkleTree tree = MerkleTree.over(leaves, memory.allocate((long) nodes * Hash.BYTES));
        int wrong = stored.flip().mismatch(tree.toBytes());
        if (wrong >= 0 || !MessageDigest.isEqual(tree.root(), root)) {
            long node = at + Math.max(0L, wrong / Hash.BYTES) * Hash.BYTES;
            throw corrupt(section, new ByteRange(node, node + Hash.BYTES), "they do not lead to the file's root");
        }
        return tree;
    }

    private void checkBlock(int segment, long data, Segmentation segmentation, MerkleTree hashes) throws IOException {
        long at = data + segmentation.blockOffset(segment);
        int length = segmentation.blockLength(segment);
        byte[] block = read(Section.BLOCKS, at, length);
        byte[] hash = cores.run(() -> Tag.BLOCK.hash(block));
        if (!MessageDigest.isEqual(hash, hashes.node(hashes.leafNode(segment)))) {
            throw corrupt(
                    Section.BLOCKS,
                    new ByteRange(at, at + length),
                    "the block of segment " + segment + " has another hash");
        }
    }

    private byte[] read(Section section, long at, long length) throws IOException {
        byte[] bytes = source.read(at, Math.toIntExact(length));
        if (bytes.length < length) {
            throw corrupt(section, new ByteRange(at, at + length), "the share ends within them");
        }
        return bytes;
    }

    private CorruptShareException corrupt(Section section, ByteRange range, String detail) {
        return new CorruptShareException(share, section, range, detail);
    }
}
