package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.ShareSource;
import org.truckee.client.share.StoredTree;
import org.truckee.crypto.Hash;
import org.truckee.crypto.IncompleteMerkleTree;
import org.truckee.crypto.IncompleteMerkleTree.Addition;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.Tag;
import org.truckee.protocol.storage.ByteRange;

/// Reads one share of an immutable file and believes none of it until it is proven: the URI extension by the
/// capability, the share hash chain by the URI extension, block hashes by the chain, blocks by their hashes.
/// Once it is open, several threads may read different segments at once.
final class ChkShareReader {
    private static final int MAX_URI_EXTENSION_BYTES = 2000;

    /// Readers of other segments may make the tree that all share drop what one has just added, or relies on.
    private static final int ATTEMPTS = 5;

    private final int share;
    private final ShareSource source;
    private final ProvenHashes proven;

    /// One thread at a time adds to the hash trees and reads what they lack.
    private final ReentrantLock trees = new ReentrantLock();

    private @Nullable ShareLayout layout;
    private long end;
    private @Nullable IncompleteMerkleTree blockTree;
    private @Nullable StoredTree storedBlockTree;
    private @Nullable StoredTree storedCiphertextTree;

    ChkShareReader(int share, ShareSource source, ProvenHashes proven) {
        this.share = share;
        this.source = source;
        this.proven = proven;
    }

    int share() {
        return share;
    }

    int layoutVersion() {
        return layout().version();
    }

    /// Where its parts are, as it says itself.
    ShareLayout layout() {
        return required(layout);
    }

    /// Where the URI extension, and with it the share, ends.
    long end() {
        return end;
    }

    /// Reads what comes before any block. Afterwards the file's URI extension is proven, whoever gave it.
    void open() throws IOException {
        ShareLayout found = readLayout();
        layout = found;
        readUriExtension(found);
        byte[] root = readShareHashes(found);
        blockTree = new IncompleteMerkleTree(segmentation().segments(), root);
        int nodes = MerkleTree.size(segmentation().segments());
        storedBlockTree = new StoredTree(source, found.blockHashes(), nodes);
        storedCiphertextTree = new StoredTree(source, found.ciphertextHashes(), nodes);
    }

    private Segmentation segmentation() {
        return proven.uriExtension().orElseThrow().segmentation();
    }

    private ShareLayout readLayout() throws IOException {
        byte[] header = source.read(0, ShareLayout.MAX_HEADER_BYTES);
        return ShareLayout.read(ByteBuffer.wrap(header))
                .orElseThrow(() -> corrupt(Section.HEADER, 0, header.length, "it is no header of version 1 or 2"));
    }

    private void readUriExtension(ShareLayout found) throws IOException {
        int lengthBytes = found.lengthBytes();
        ByteBuffer start = ByteBuffer.wrap(source.read(found.uriExtension(), lengthBytes + MAX_URI_EXTENSION_BYTES));
        if (start.remaining() < lengthBytes) {
            throw corrupt(Section.URI_EXTENSION, found.uriExtension(), lengthBytes, "the share ends before it");
        }
        long length = lengthBytes == Integer.BYTES ? Integer.toUnsignedLong(start.getInt()) : start.getLong();
        if (length < 0 || length > Math.min(start.remaining(), MAX_URI_EXTENSION_BYTES)) {
            throw corrupt(Section.URI_EXTENSION, found.uriExtension(), lengthBytes, "its length cannot be " + length);
        }
        var block = new byte[(int) length];
        start.get(block);
        end = found.uriExtension() + lengthBytes + length;
        if (!proven.addUriExtension(block)) {
            long at = found.uriExtension() + lengthBytes;
            throw corrupt(Section.URI_EXTENSION, at, length, "its hash is not the capability's");
        }
    }

    /// Proves the share hash chain; gives the root of the share's block hash tree.
    private byte[] readShareHashes(ShareLayout found) throws IOException {
        long length = found.uriExtension() - found.shareHashes();
        int expected = ShareLayout.chainLength(proven.cap().encoding()) * ShareLayout.CHAIN_RECORD_BYTES;
        byte[] chain = length > expected ? new byte[0] : source.read(found.shareHashes(), (int) length);
        var records = ByteBuffer.wrap(chain);
        var hashes = new HashMap<Integer, byte[]>();
        while (records.remaining() >= ShareLayout.CHAIN_RECORD_BYTES) {
            var hash = new byte[Hash.BYTES];
            int node = Short.toUnsignedInt(records.getShort());
            records.get(hash);
            hashes.put(node, hash);
        }
        if (proven.addShareHashes(hashes) != Addition.PROVEN) {
            throw corrupt(Section.SHARE_HASHES, found.shareHashes(), length, "they do not lead to the file's root");
        }
        return proven.blockRoot(share)
                .orElseThrow(() -> corrupt(
                        Section.SHARE_HASHES, found.shareHashes(), length, "the share's own hash is not among them"));
    }

    /// The block of a segment, proven.
    byte[] readBlock(int segment) throws IOException {
        FetchedBlock fetched = fetchBlock(segment);
        Optional<CorruptShareException> damage = damage(segment, fetched);
        if (damage.isPresent()) {
            throw damage.get();
        }
        return fetched.bytes();
    }

    /// A block and the hash that it must have.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record FetchedBlock(byte[] bytes, byte[] hash) {}

    /// The block of a segment, which has yet to be checked.
    FetchedBlock fetchBlock(int segment) throws IOException {
        ByteRange range = blockRange(segment);
        byte[] block = source.read(range.begin(), (int) range.length());
        if (block.length != range.length()) {
            throw corrupt(Section.BLOCKS, range, "the share ends within them");
        }
        lock();
        try {
            IncompleteMerkleTree tree = required(blockTree);
            StoredTree stored = required(storedBlockTree);
            List<Integer> needed = tree.needed(segment);
            if (tree.add(nodes(Section.BLOCK_HASHES, stored, needed)) != Addition.PROVEN) {
                throw corrupt(Section.BLOCK_HASHES, stored.range(needed), "they do not lead to the share's root");
            }
            return new FetchedBlock(block, tree.leaf(segment).orElseThrow());
        } finally {
            trees.unlock();
        }
    }

    /// What is wrong with a block that was fetched; empty if it has the hash that it must have.
    Optional<CorruptShareException> damage(int segment, FetchedBlock block) {
        return MessageDigest.isEqual(Tag.BLOCK.hash(block.bytes()), block.hash())
                ? Optional.empty()
                : Optional.of(corrupt(
                        Section.BLOCKS, blockRange(segment), "the block of segment " + segment + " has another hash"));
    }

    private ByteRange blockRange(int segment) {
        long at = required(layout).data() + segmentation().blockOffset(segment);
        return new ByteRange(at, at + segmentation().blockLength(segment));
    }

    /// The hash of a segment of the file's ciphertext, proven.
    Hash readCiphertextHash(int segment) throws IOException {
        lock();
        try {
            StoredTree stored = required(storedCiphertextTree);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<Hash> hash = proven.segmentHash(segment);
                if (hash.isPresent()) {
                    return hash.get();
                }
                List<Integer> needed = proven.neededCiphertextHashes(segment);
                if (proven.addCiphertextHashes(nodes(Section.CIPHERTEXT_HASHES, stored, needed)) == Addition.FALSE) {
                    break;
                }
            }
            List<Integer> needed = proven.neededCiphertextHashes(segment);
            throw corrupt(Section.CIPHERTEXT_HASHES, stored.range(needed), "they do not lead to the file's root");
        } finally {
            trees.unlock();
        }
    }

    private void lock() throws InterruptedIOException {
        try {
            trees.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a share was read");
        }
    }

    private Map<Integer, byte[]> nodes(Section section, StoredTree tree, List<Integer> nodes) throws IOException {
        return tree.read(nodes).orElseThrow(() -> corrupt(section, tree.range(nodes), "the share ends within them"));
    }

    private CorruptShareException corrupt(Section section, ByteRange range, String detail) {
        return new CorruptShareException(share, section, range, detail);
    }

    private CorruptShareException corrupt(Section section, long at, long length, String detail) {
        return corrupt(section, new ByteRange(at, at + length), detail);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("open() comes first");
        }
        return value;
    }
}
