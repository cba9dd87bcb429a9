package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.Tag;
import org.truckee.crypto.TaggedHasher;
import org.truckee.erasure.ErasureCode;

/// Turns a ciphertext into the shares of an immutable file, without knowing where they go. A share is written front to
/// back: [#header], the block of every segment in order, [#trailer].
///
/// Segments must be encoded in order; not safe for use by several threads at once.
public final class ChkEncoder {
    private final CiphertextSource source;
    private final Segmentation segmentation;
    private final ErasureCode code;
    private final ShareLayout layout;
    private final TaggedHasher ciphertextHasher = Tag.CIPHERTEXT.hasher();
    private final List<byte[]> segmentHashes = new ArrayList<>();
    private final List<List<byte[]>> blockHashes = new ArrayList<>();

    public ChkEncoder(CiphertextSource source) {
        this.source = source;
        this.segmentation = source.segmentation();
        Encoding encoding = segmentation.encoding();
        this.code = ErasureCode.of(encoding.required(), encoding.total());
        this.layout = ShareLayout.of(segmentation);
        for (int share = 0; share < encoding.total(); share++) {
            blockHashes.add(new ArrayList<>());
        }
    }

    /// Bytes of a whole share.
    public long shareBytes() {
        return layout.shareBytes(UriExtension.length(segmentation));
    }

    /// What every share begins with.
    public byte[] header() {
        return layout.header();
    }

    /// The blocks of the next segment, by share number.
    public byte[][] nextSegment() throws IOException {
        int segment = segmentHashes.size();
        int length = segmentation.segmentLength(segment);
        int blockLength = segmentation.blockLength(segment);
        long offset = segmentation.segmentOffset(segment);
        var blocks = new byte[segmentation.encoding().total()][blockLength];
        TaggedHasher segmentHasher = Tag.CIPHERTEXT_SEGMENT.hasher();
        for (int i = 0; i * blockLength < length; i++) {
            int bytes = Math.min(blockLength, length - i * blockLength);
            source.read(offset + (long) i * blockLength, blocks[i], 0, bytes);
            segmentHasher.update(blocks[i], 0, bytes);
            ciphertextHasher.update(blocks[i], 0, bytes);
        }
        segmentHashes.add(segmentHasher.digest());
        code.encode(blocks, blockLength);
        TaggedHasher blockHasher = Tag.BLOCK.hasher();
        for (int share = 0; share < blocks.length; share++) {
            blockHashes.get(share).add(blockHasher.update(blocks[share]).digest());
        }
        return blocks;
    }

    /// What all shares have in common behind their blocks, computed once all segments are encoded.
    public Trailers trailers() {
        if (segmentHashes.size() != segmentation.segments()) {
            throw new IllegalStateException(
                    segmentHashes.size() + " of " + segmentation.segments() + " segments are encoded");
        }
        return new Trailers();
    }

    /// The ends of the shares.
    public final class Trailers {
        private final MerkleTree ciphertextTree = MerkleTree.over(segmentHashes);
        private final List<MerkleTree> blockTrees =
                blockHashes.stream().map(MerkleTree::over).toList();
        private final MerkleTree shareTree =
                MerkleTree.over(blockTrees.stream().map(MerkleTree::root).toList());
        private final UriExtension uriExtension = new UriExtension(
                segmentation,
                new Hash(ciphertextHasher.digest()),
                new Hash(ciphertextTree.root()),
                new Hash(shareTree.root()));

        private Trailers() {}

        public UriExtension uriExtension() {
            return uriExtension;
        }

        /// Everything of a share behind its blocks.
        public byte[] of(int share) {
            byte[] extension = uriExtension.toBytes();
            var out = ByteBuffer.allocate(Math.toIntExact(shareBytes() - layout.plaintextHashes()));
            out.position((int) (layout.ciphertextHashes() - layout.plaintextHashes()));
            putNodes(out, ciphertextTree);
            putNodes(out, blockTrees.get(share));
            for (int node : chain(share)) {
                out.putShort((short) node).put(shareTree.node(node));
            }
            layout.putNumber(out, extension.length);
            return out.put(extension).array();
        }

        /// The siblings on the way up from the share's leaf, nearest first, and the leaf itself.
        private int[] chain(int share) {
            var nodes = new ArrayList<>(shareTree.siblings(share).reversed());
            nodes.add(shareTree.leafNode(share));
            return ShareChainOrder.of(nodes);
        }

        private static void putNodes(ByteBuffer out, MerkleTree tree) {
            for (int i = 0; i < tree.size(); i++) {
                out.put(tree.node(i));
            }
        }
    }
}
