package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.MutableReadKey;
import org.truckee.crypto.Tag;
import org.truckee.erasure.ErasureCode;

/// Contents of a mutable file, encrypted, coded and hashed: everything of its shares but what only a signer can make.
final class CodedContents {
    private final MutableHeader header;
    private final ErasureCode code;

    /// By segment and share; in MDMF each block is behind its salt.
    private final List<List<byte[]>> blocks = new ArrayList<>();

    private final List<MerkleTree> blockTrees = new ArrayList<>();
    private final MerkleTree shareTree;

    /// `unsigned` says everything but the root, and `salts` are those of the segments.
    CodedContents(MutableHeader unsigned, MutableReadKey readKey, byte[] contents, List<Salt> salts) {
        Encoding encoding = unsigned.encoding();
        this.code = ErasureCode.of(encoding.required(), encoding.total());
        for (int segment = 0; segment < unsigned.segments(); segment++) {
            blocks.add(blocks(unsigned, readKey, contents, segment, salts.get(segment)));
        }
        for (int share = 0; share < encoding.total(); share++) {
            int number = share;
            blockTrees.add(MerkleTree.over(blocks.stream()
                    .map(segment -> Tag.BLOCK.hash(segment.get(number)))
                    .toList()));
        }
        this.shareTree =
                MerkleTree.over(blockTrees.stream().map(MerkleTree::root).toList());
        this.header = unsigned.withRoot(new Hash(shareTree.root()));
    }

    /// The header of contents of so many bytes before their root is known.
    static MutableHeader headerFor(
            MutableFormat format, long sequenceNumber, Optional<Salt> salt, Encoding encoding, long fileBytes) {
        return new MutableHeader(
                format,
                sequenceNumber,
                new Hash(new byte[Hash.BYTES]),
                salt,
                encoding,
                MutableHeader.segmentBytes(format, fileBytes, encoding),
                fileBytes);
    }

    private List<byte[]> blocks(
            MutableHeader unsigned, MutableReadKey readKey, byte[] contents, int segment, Salt salt) {
        int from = Math.toIntExact(segment * unsigned.segmentBytes());
        byte[] plaintext = Arrays.copyOfRange(contents, from, from + unsigned.segmentLength(segment));
        byte[] ciphertext = readKey.cipher(salt.toBytes()).process(plaintext);
        int length = unsigned.blockLength(segment);
        var coded = new byte[unsigned.encoding().total()][length];
        for (int i = 0; i * length < ciphertext.length; i++) {
            System.arraycopy(ciphertext, i * length, coded[i], 0, Math.min(length, ciphertext.length - i * length));
        }
        code.encode(coded, length);
        return Arrays.stream(coded)
                .map(block -> unsigned.blockSaltBytes() == 0 ? block : behind(salt, block))
                .toList();
    }

    private static byte[] behind(Salt salt, byte[] block) {
        return ByteBuffer.allocate(Salt.BYTES + block.length)
                .put(salt.toBytes())
                .put(block)
                .array();
    }

    /// With the root, to be signed.
    MutableHeader header() {
        return header;
    }

    /// A whole share.
    byte[] share(int share, byte[] publicKey, byte[] signature, byte[] signingKey) {
        MutableLayout layout = MutableLayout.of(header, publicKey.length, signingKey.length);
        var out = ByteBuffer.allocate(Math.toIntExact(layout.end())).put(header.toBytes());
        layout.writeOffsets(header.format(), out);
        out.put((int) layout.publicKey().begin(), publicKey);
        out.put((int) layout.signature().begin(), signature);
        out.put((int) layout.signingKey().begin(), signingKey);
        out.position((int) layout.shareHashes().begin());
        for (int node : shareTree.siblings(share)) {
            out.putShort((short) node).put(shareTree.node(node));
        }
        out.position((int) layout.blocks().begin());
        for (List<byte[]> segment : blocks) {
            out.put(segment.get(share));
        }
        out.position((int) layout.blockHashes().begin());
        return out.put(blockTrees.get(share).toBytes()).array();
    }
}
