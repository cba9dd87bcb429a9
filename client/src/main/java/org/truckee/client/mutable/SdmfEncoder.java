package org.truckee.client.mutable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MerkleTree;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.Tag;
import org.truckee.erasure.ErasureCode;

/// Turns contents into the shares of one version of an SDMF file.
final class SdmfEncoder {
    private final MutableSigningKey key;
    private final Encoding encoding;

    SdmfEncoder(MutableSigningKey key, Encoding encoding) {
        this.key = key;
        this.encoding = encoding;
    }

    /// All shares, by number, of a version with this number, encrypted under this salt.
    List<SdmfShare> encode(byte[] contents, long sequenceNumber, Salt salt) {
        byte[] ciphertext = key.writeKey().readKey().cipher(salt.toBytes()).process(contents);
        byte[][] blocks = blocks(ciphertext);
        List<byte[]> leaves = Arrays.stream(blocks)
                .map(block -> blockHash(block, contents.length))
                .toList();
        MerkleTree tree = MerkleTree.over(leaves);
        var header = new SdmfHeader(
                sequenceNumber,
                new Hash(tree.root()),
                salt,
                encoding,
                (long) blocks[0].length * encoding.required(),
                contents.length);
        byte[] publicKey = key.publicKey().toBytes();
        byte[] signature = key.sign(header.toBytes());
        byte[] encryptedKey = key.writeKey().transformSigningKey(key.toBytes());
        List<SdmfShare> shares = new ArrayList<>();
        for (int share = 0; share < blocks.length; share++) {
            var chain = new HashMap<Integer, byte[]>();
            tree.siblings(share).forEach(node -> chain.put(node, tree.node(node)));
            shares.add(new SdmfShare(
                    share, header, publicKey, signature, chain, leaves.get(share), blocks[share], encryptedKey));
        }
        return shares;
    }

    private byte[][] blocks(byte[] ciphertext) {
        int blockBytes = Math.ceilDiv(ciphertext.length, encoding.required());
        var blocks = new byte[encoding.total()][blockBytes];
        for (int i = 0; i * blockBytes < ciphertext.length; i++) {
            int from = i * blockBytes;
            System.arraycopy(ciphertext, from, blocks[i], 0, Math.min(blockBytes, ciphertext.length - from));
        }
        ErasureCode.of(encoding.required(), encoding.total()).encode(blocks, blockBytes);
        return blocks;
    }

    /// The only node of a share's block hash tree; that of an empty file has no leaves, so it is a filler.
    static byte[] blockHash(byte[] block, long fileBytes) {
        return fileBytes == 0 ? MerkleTree.over(List.of()).root() : Tag.BLOCK.hash(block);
    }

    /// The contents from `required` proven shares of one version, by number.
    static byte[] decode(MutableReadCap cap, SdmfHeader header, List<SdmfShare> shares) {
        Encoding encoding = header.encoding();
        int[] numbers = shares.stream().mapToInt(SdmfShare::number).toArray();
        byte[][] blocks = shares.stream().map(SdmfShare::block).toArray(byte[][]::new);
        byte[][] primary =
                ErasureCode.of(encoding.required(), encoding.total()).decode(numbers, blocks, header.blockBytes());
        var ciphertext = new byte[Math.toIntExact(header.fileBytes())];
        for (int i = 0; i * header.blockBytes() < ciphertext.length; i++) {
            int from = i * header.blockBytes();
            System.arraycopy(primary[i], 0, ciphertext, from, Math.min(primary[i].length, ciphertext.length - from));
        }
        return cap.readKey().cipher(header.salt().toBytes()).process(ciphertext);
    }
}
