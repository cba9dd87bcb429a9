package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.Tag;
import org.truckee.erasure.ErasureCode;

/// Turns contents into the shares of one version of a mutable file.
final class MutableEncoder {
    private final MutableSigningKey key;
    private final MutableFormat format;
    private final Encoding encoding;
    private final ErasureCode code;

    MutableEncoder(MutableSigningKey key, MutableFormat format, Encoding encoding) {
        if (encoding.total() > 255) {
            throw new IllegalArgumentException("a mutable file has at most 255 shares, not " + encoding.total());
        }
        this.key = key;
        this.format = format;
        this.encoding = encoding;
        this.code = ErasureCode.of(encoding.required(), encoding.total());
    }

    /// A version with this number. Salts are drawn from `salts`: one in SDMF, one per segment in MDMF.
    MutableVersion encode(byte[] contents, long sequenceNumber, Supplier<Salt> salts) {
        Optional<Salt> salt = format == MutableFormat.SDMF ? Optional.of(salts.get()) : Optional.empty();
        var unsigned = new MutableHeader(
                format,
                sequenceNumber,
                new Hash(new byte[Hash.BYTES]),
                salt,
                encoding,
                MutableHeader.segmentBytes(format, contents.length, encoding),
                contents.length);
        List<List<byte[]>> blocks = new ArrayList<>();
        for (int segment = 0; segment < unsigned.segments(); segment++) {
            blocks.add(blocks(unsigned, contents, segment, salt.orElseGet(salts)));
        }
        List<MerkleTree> blockTrees = new ArrayList<>();
        for (int share = 0; share < encoding.total(); share++) {
            int number = share;
            blockTrees.add(MerkleTree.over(blocks.stream()
                    .map(segment -> Tag.BLOCK.hash(segment.get(number)))
                    .toList()));
        }
        MerkleTree shareTree =
                MerkleTree.over(blockTrees.stream().map(MerkleTree::root).toList());
        var header = new MutableHeader(
                format,
                sequenceNumber,
                new Hash(shareTree.root()),
                salt,
                encoding,
                unsigned.segmentBytes(),
                contents.length);
        return new MutableVersion(header, shares(header, blocks, blockTrees, shareTree));
    }

    /// The blocks of a segment, by share number; in MDMF each behind the salt.
    private List<byte[]> blocks(MutableHeader header, byte[] contents, int segment, Salt salt) {
        int from = Math.toIntExact(segment * header.segmentBytes());
        byte[] plaintext = Arrays.copyOfRange(contents, from, from + header.segmentLength(segment));
        byte[] ciphertext = key.writeKey().readKey().cipher(salt.toBytes()).process(plaintext);
        int length = header.blockLength(segment);
        var blocks = new byte[encoding.total()][length];
        for (int i = 0; i * length < ciphertext.length; i++) {
            System.arraycopy(ciphertext, i * length, blocks[i], 0, Math.min(length, ciphertext.length - i * length));
        }
        code.encode(blocks, length);
        return Arrays.stream(blocks)
                .map(block -> header.blockSaltBytes() == 0 ? block : behind(salt, block))
                .toList();
    }

    private static byte[] behind(Salt salt, byte[] block) {
        return ByteBuffer.allocate(Salt.BYTES + block.length)
                .put(salt.toBytes())
                .put(block)
                .array();
    }

    private List<byte[]> shares(
            MutableHeader header, List<List<byte[]>> blocks, List<MerkleTree> blockTrees, MerkleTree shareTree) {
        byte[] signed = header.toBytes();
        byte[] signature = key.sign(signed);
        byte[] publicKey = key.publicKey().toBytes();
        byte[] signingKey = key.writeKey().transformSigningKey(key.toBytes());
        MutableLayout layout = MutableLayout.of(header, publicKey.length, signingKey.length);
        List<byte[]> shares = new ArrayList<>();
        for (int share = 0; share < encoding.total(); share++) {
            var out = ByteBuffer.allocate(Math.toIntExact(layout.end())).put(signed);
            layout.writeOffsets(format, out);
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
            out.put(blockTrees.get(share).toBytes());
            shares.add(out.array());
        }
        return shares;
    }
}
