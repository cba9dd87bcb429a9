package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.Tag;
import org.truckee.crypto.TaggedHasher;
import org.truckee.erasure.ErasureCode;
import org.truckee.hashing.BatchSha256;
import org.truckee.hashing.Message;
import org.truckee.protocol.ByteStream;

/// Turns a ciphertext into the shares of an immutable file, without knowing where they go. A share is written front
/// to back: [#header], the block of every segment in order, [Trailers#of].
///
/// [#nextSegment] encodes one segment after the other. Those who encode several at once take the steps of it
/// themselves: [#read] and [#code] in any order and on any threads, [#chain] in order.
public final class ChkEncoder implements AutoCloseable {
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

    private final CiphertextSource source;
    private final Segmentation segmentation;
    private final ErasureCode code;
    private final ShareLayout layout;
    private final ScratchMemory memory = new ScratchMemory();
    private final TaggedHasher ciphertextHasher = Tag.CIPHERTEXT.hasher();
    private final LeafHashes segmentHashes;
    private final LeafHashes blockHashes;
    private int encoded;
    private @Nullable Trailers trailers;

    public ChkEncoder(CiphertextSource source) throws IOException {
        this(source, ShareLayout.of(source.segmentation()));
    }

    ChkEncoder(CiphertextSource source, ShareLayout layout) throws IOException {
        this.source = source;
        this.segmentation = source.segmentation();
        Encoding encoding = segmentation.encoding();
        this.code = ErasureCode.of(encoding.required(), encoding.total());
        this.layout = layout;
        this.segmentHashes = new LeafHashes(1, segmentation.segments(), memory);
        this.blockHashes = new LeafHashes(encoding.total(), segmentation.segments(), memory);
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
        int segment = encoded;
        var blocks = new byte[segmentation.encoding().total()][segmentation.blockLength(segment)];
        read(segment, blocks);
        code(segment, List.<byte[][]>of(blocks));
        chain(segment, blocks);
        return blocks;
    }

    /// Fills the primary blocks of a segment, which need not be the next one: the first step.
    void read(int segment, byte[][] blocks) throws IOException {
        int length = segmentation.segmentLength(segment);
        int blockLength = segmentation.blockLength(segment);
        long offset = segmentation.segmentOffset(segment);
        for (int i = 0; i < segmentation.encoding().required(); i++) {
            int bytes = Math.clamp(length - (long) i * blockLength, 0, blockLength);
            if (bytes > 0) {
                source.read(offset + (long) i * blockLength, blocks[i], 0, bytes);
            }
            Arrays.fill(blocks[i], bytes, blockLength, (byte) 0);
        }
    }

    /// Fills the other blocks of segments that were read, from the `first` on, and keeps the hashes of all: the
    /// second step. What is hashed together is hashed faster. Different segments may be coded by different threads.
    void code(int first, List<byte[][]> segments) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            byte[][] blocks = segments.get(i);
            code.encode(blocks, segmentation.blockLength(first + i));
            messages.add(SegmentMessages.ciphertext(segmentation, first + i, blocks));
            for (byte[] block : blocks) {
                messages.add(SegmentMessages.block(segmentation, first + i, block));
            }
        }
        keep(first, Arrays.asList(BatchSha256.hashTwice(messages)).iterator());
    }

    private void keep(int first, Iterator<byte[]> hashes) {
        for (int segment = first; hashes.hasNext(); segment++) {
            segmentHashes.put(0, segment, hashes.next());
            for (int share = 0; share < segmentation.encoding().total(); share++) {
                blockHashes.put(share, segment, hashes.next());
            }
        }
    }

    /// Hashes the ciphertext as a whole: the third step, taken once for every segment in order.
    void chain(int segment, byte[][] blocks) {
        if (segment != encoded) {
            throw new IllegalStateException("segment " + segment + " comes after " + encoded);
        }
        int length = segmentation.segmentLength(segment);
        int blockLength = segmentation.blockLength(segment);
        for (int i = 0; i * blockLength < length; i++) {
            ciphertextHasher.update(blocks[i], 0, Math.min(blockLength, length - i * blockLength));
        }
        encoded++;
    }

    /// Fills the other blocks of segments that were read and are sent again; `shares` are those that will be used.
    ///
    /// @throws IOException if the source does not give the same bytes as before
    void codeAgain(int first, List<byte[][]> segments, List<Integer> shares) throws IOException {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            byte[][] blocks = segments.get(i);
            code.encode(blocks, segmentation.blockLength(first + i));
            for (int share : shares) {
                messages.add(SegmentMessages.block(segmentation, first + i, blocks[share]));
            }
        }
        checkSame(first, shares, Arrays.asList(BatchSha256.hashTwice(messages)).iterator());
    }

    private void checkSame(int first, List<Integer> shares, Iterator<byte[]> hashes) throws IOException {
        for (int segment = first; hashes.hasNext(); segment++) {
            for (int share : shares) {
                if (!Arrays.equals(hashes.next(), blockHashes.get(share, segment))) {
                    throw new IOException("segment " + segment + " of " + source.storageIndex()
                            + " changed while it was uploaded: the file is written to");
                }
            }
        }
    }

    /// What all shares have in common behind their blocks, computed once all segments are encoded.
    public Trailers trailers() throws IOException {
        if (encoded != segmentation.segments()) {
            throw new IllegalStateException(encoded + " of " + segmentation.segments() + " segments are encoded");
        }
        Trailers made = trailers;
        if (made == null) {
            made = new Trailers();
            trailers = made;
        }
        return made;
    }

    private long treeBytes() {
        return (long) MerkleTree.size(segmentation.segments()) * Hash.BYTES;
    }

    @Override
    public void close() {
        memory.close();
    }

    /// The ends of the shares; good until the encoder is closed.
    public final class Trailers {
        private final MerkleTree ciphertextTree;
        private final MerkleTree shareTree;
        private final UriExtension uriExtension;

        private Trailers() throws IOException {
            ciphertextTree = MerkleTree.over(segmentHashes.of(0), memory.allocate(treeBytes()));
            ByteBuffer room = memory.allocate(treeBytes());
            List<byte[]> roots = new ArrayList<>();
            for (int share = 0; share < segmentation.encoding().total(); share++) {
                roots.add(MerkleTree.over(blockHashes.of(share), room).root());
            }
            shareTree = MerkleTree.over(roots);
            uriExtension = new UriExtension(
                    segmentation,
                    new Hash(ciphertextHasher.digest()),
                    new Hash(ciphertextTree.root()),
                    new Hash(shareTree.root()));
        }

        public UriExtension uriExtension() {
            return uriExtension;
        }

        public ChkVerifyCap verifyCap() {
            return new ChkVerifyCap(
                    source.storageIndex(), uriExtension.hash(), segmentation.encoding(), segmentation.size());
        }

        /// Everything of a share behind its blocks.
        public ByteStream of(int share) throws IOException {
            List<ByteBuffer> parts = new ArrayList<>();
            for (long left = treeBytes(); left > 0; left -= ZEROS.capacity()) {
                parts.add(ZEROS.slice(0, (int) Math.min(left, ZEROS.capacity())));
            }
            parts.add(ciphertextTree.toBytes());
            parts.add(MerkleTree.over(blockHashes.of(share), memory.allocate(treeBytes()))
                    .toBytes());
            parts.add(chain(share));
            byte[] extension = uriExtension.toBytes();
            var end = ByteBuffer.allocate(layout.lengthBytes() + extension.length);
            layout.putNumber(end, extension.length);
            parts.add(end.put(extension).flip());
            return ByteStream.of(parts.toArray(ByteBuffer[]::new));
        }

        /// The hashes of the share's own leaf and of the siblings on its way up, in the order that Tahoe writes.
        private ByteBuffer chain(int share) {
            var nodes = new ArrayList<>(shareTree.siblings(share).reversed());
            nodes.add(shareTree.leafNode(share));
            var chain = ByteBuffer.allocate(nodes.size() * ShareLayout.CHAIN_RECORD_BYTES);
            for (int node : ShareChainOrder.of(nodes)) {
                chain.putShort((short) node).put(shareTree.node(node));
            }
            return chain.flip();
        }
    }
}
