package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.ShareSource;
import org.truckee.client.share.StoredTree;
import org.truckee.crypto.Hash;
import org.truckee.crypto.IncompleteMerkleTree;
import org.truckee.crypto.IncompleteMerkleTree.Addition;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.MutableVerifyingKey;
import org.truckee.crypto.Tag;
import org.truckee.protocol.storage.ByteRange;

/// Reads one share of a mutable file and believes none of it until it is proven: the public key by the capability's
/// fingerprint, the header by the signature, the root of the block hashes by the share hash chain and the signed
/// root, blocks by their hashes. Not safe for use by several threads at once.
final class MutableShareReader {
    /// What is read at first; a small share, or all but the blocks of a large one, is in it.
    static final int FIRST_BYTES = 4096;

    private final int share;
    private final ShareSource source;
    private final byte[] start;
    private final MutableHeader header;
    private final MutableLayout layout;
    private final StoredTree storedBlockTree;
    private final IncompleteMerkleTree blockTree;

    private MutableShareReader(
            int share, ShareSource source, byte[] start, MutableHeader header, MutableLayout layout, byte[] blockRoot) {
        this.share = share;
        this.source = source;
        this.start = start;
        this.header = header;
        this.layout = layout;
        int nodes = Math.toIntExact(layout.blockHashes().length() / Hash.BYTES);
        this.storedBlockTree = new StoredTree(
                (offset, length) -> bytes(new ByteRange(offset, offset + length)),
                layout.blockHashes().begin(),
                nodes);
        this.blockTree = new IncompleteMerkleTree(header.segments(), blockRoot);
    }

    /// Opens share number `share` of the file with this fingerprint; afterwards its header is proven.
    ///
    /// @throws CorruptShareException if it is not a share of that file, or damaged
    static MutableShareReader open(int share, ShareSource source, Hash fingerprint) throws IOException {
        return open(share, source, fingerprint, FIRST_BYTES);
    }

    /// The same with so many bytes read at first, which are all of one version.
    static MutableShareReader open(int share, ShareSource source, Hash fingerprint, int firstBytes) throws IOException {
        byte[] start = source.read(0, firstBytes);
        var in = ByteBuffer.wrap(start);
        MutableHeader header = MutableHeader.read(in)
                .orElseThrow(() -> corrupt(
                        share,
                        Section.HEADER,
                        new ByteRange(0, MutableHeader.MAX_BYTES),
                        "it is no header of SDMF or MDMF"));
        var prologue = new ByteRange(0, MutableLayout.prologueBytes(header.format()));
        MutableLayout layout = MutableLayout.read(header, in)
                .orElseThrow(() -> corrupt(share, Section.HEADER, prologue, "its offsets are impossible"));
        if (share >= header.encoding().total()) {
            throw corrupt(
                    share,
                    Section.HEADER,
                    prologue,
                    "it says there are " + header.encoding().total() + " shares");
        }
        checkSignature(share, source, start, header, layout, fingerprint);
        byte[] root = blockRoot(share, source, start, header, layout);
        return new MutableShareReader(share, source, start, header, layout, root);
    }

    private static void checkSignature(
            int share, ShareSource source, byte[] start, MutableHeader header, MutableLayout layout, Hash fingerprint)
            throws IOException {
        byte[] publicKey = bytes(share, source, start, layout, layout.publicKey());
        if (!MutableVerifyingKey.fingerprint(publicKey).equals(fingerprint)) {
            throw corrupt(
                    share, Section.PUBLIC_KEY, layout.publicKey(), "its hash is not the capability's fingerprint");
        }
        byte[] signature = bytes(share, source, start, layout, layout.signature());
        boolean valid = MutableVerifyingKey.parse(publicKey)
                .map(key -> key.verifies(header.toBytes(), signature))
                .orElse(false);
        if (!valid) {
            throw corrupt(share, Section.SIGNATURE, layout.signature(), "the header is not signed by the file's key");
        }
    }

    /// Proves the share hash chain; gives the root of the share's block hash tree.
    private static byte[] blockRoot(
            int share, ShareSource source, byte[] start, MutableHeader header, MutableLayout layout)
            throws IOException {
        var rootRange =
                new ByteRange(layout.blockHashes().begin(), layout.blockHashes().begin() + Hash.BYTES);
        byte[] root = bytes(share, source, start, layout, rootRange);
        var records = ByteBuffer.wrap(bytes(share, source, start, layout, layout.shareHashes()));
        var tree = new IncompleteMerkleTree(
                header.encoding().total(), header.root().toBytes());
        var hashes = new HashMap<Integer, byte[]>();
        while (records.hasRemaining()) {
            int node = Short.toUnsignedInt(records.getShort());
            var hash = new byte[Hash.BYTES];
            records.get(hash);
            hashes.put(node, hash);
        }
        hashes.put(tree.leafNode(share), root);
        if (tree.add(hashes) != Addition.PROVEN) {
            throw corrupt(
                    share, Section.SHARE_HASHES, layout.shareHashes(), "they do not lead to the root that is signed");
        }
        return root;
    }

    int share() {
        return share;
    }

    MutableHeader header() {
        return header;
    }

    MutableLayout layout() {
        return layout;
    }

    byte[] publicKey() throws IOException {
        return bytes(layout.publicKey());
    }

    byte[] signature() throws IOException {
        return bytes(layout.signature());
    }

    /// The signing key as it stands there; who has the write key can tell whether it is the right one.
    byte[] encryptedSigningKey() throws IOException {
        return bytes(layout.signingKey());
    }

    /// The block of a segment, behind its salt in MDMF, proven.
    byte[] readBlock(int segment) throws IOException {
        long at = layout.blocks().begin() + header.blockOffset(segment);
        var range = new ByteRange(at, at + header.blockSaltBytes() + header.blockLength(segment));
        byte[] block = bytes(range);
        List<Integer> needed = blockTree.needed(segment);
        Map<Integer, byte[]> hashes = storedBlockTree
                .read(needed)
                .orElseThrow(() ->
                        corrupt(Section.BLOCK_HASHES, storedBlockTree.range(needed), "the share ends within them"));
        if (blockTree.add(hashes) != Addition.PROVEN) {
            throw corrupt(Section.BLOCK_HASHES, storedBlockTree.range(needed), "they do not lead to the share's root");
        }
        byte[] hash = Tag.BLOCK.hash(block);
        if (!MessageDigest.isEqual(hash, blockTree.leaf(segment).orElseThrow())) {
            throw corrupt(Section.BLOCKS, range, "the block of segment " + segment + " has another hash");
        }
        return block;
    }

    /// Reads all of it: every byte that readers use, and every hash that they could, must be right.
    ///
    /// @throws CorruptShareException if one is not
    void verify() throws IOException {
        var prologue = new ByteRange(0, MutableLayout.prologueBytes(header.format()));
        var expected = MutableLayout.of(header, (int) layout.publicKey().length(), (int)
                layout.signingKey().length());
        if (!layout.equals(expected)) {
            throw corrupt(Section.HEADER, prologue, "its offsets are not those of the file's shares");
        }
        bytes(layout.signingKey());
        byte[] stored = bytes(layout.blockHashes());
        int leavesAt = stored.length - (stored.length / Hash.BYTES + 1) / 2 * Hash.BYTES;
        var leaves = ByteBuffer.wrap(stored).slice(leavesAt, header.segments() * Hash.BYTES);
        MerkleTree tree = MerkleTree.over(leaves, ByteBuffer.allocate(stored.length));
        int wrong = ByteBuffer.wrap(stored).mismatch(tree.toBytes());
        if (wrong >= 0) {
            long at = layout.blockHashes().begin() + (long) wrong / Hash.BYTES * Hash.BYTES;
            throw corrupt(
                    Section.BLOCK_HASHES, new ByteRange(at, at + Hash.BYTES), "they do not lead to the share's root");
        }
        for (int segment = 0; segment < header.segments(); segment++) {
            readBlock(segment);
        }
    }

    /// Whether the version that was opened is still there, by how the share begins. What was read of another version
    /// since is no damage.
    boolean isStillThere() throws IOException {
        byte[] now = source.read(0, Checkstring.MAX_BYTES);
        return Arrays.equals(now, Arrays.copyOf(start, Math.min(start.length, Checkstring.MAX_BYTES)));
    }

    /// No hash covers the encrypted signing key.
    ///
    /// @throws CorruptShareException if it is not the `expected` one
    void checkSigningKey(ByteBuffer expected) throws IOException {
        if (!ByteBuffer.wrap(encryptedSigningKey()).equals(expected)) {
            throw corrupt(Section.SIGNING_KEY, layout.signingKey(), "it is not that of most other shares");
        }
    }

    private byte[] bytes(ByteRange range) throws IOException {
        return bytes(share, source, start, layout, range);
    }

    /// The bytes of a range, from what was read at first if they are all there.
    private static byte[] bytes(int share, ShareSource source, byte[] start, MutableLayout layout, ByteRange range)
            throws IOException {
        int length = Math.toIntExact(range.length());
        if (range.end() <= start.length) {
            return Arrays.copyOfRange(start, (int) range.begin(), (int) range.end());
        }
        byte[] bytes = source.read(range.begin(), length);
        if (bytes.length < length) {
            throw corrupt(share, layout.sectionAt(range.begin()), range, "the share ends before");
        }
        return bytes;
    }

    private CorruptShareException corrupt(Section section, ByteRange range, String detail) {
        return corrupt(share, section, range, detail);
    }

    private static CorruptShareException corrupt(int share, Section section, ByteRange range, String detail) {
        return new CorruptShareException(share, section, range, detail);
    }
}
