package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.crypto.Hash;
import org.truckee.crypto.IncompleteMerkleTree;
import org.truckee.crypto.IncompleteMerkleTree.Addition;
import org.truckee.crypto.MutableVerifyingKey;

/// One whole share of an SDMF file.
///
/// ```
///   0  75  header, signed
///  75   4  where the signature begins
///  79   4  where the share hash chain begins
///  83   4  where the block hash tree begins
///  87   4  where the block begins
///  91   8  where the encrypted signing key begins
///  99   8  where the share ends
/// 107      public key
///          signature, share hash chain (node number (2) and hash (32) each), block hash tree (one hash), block,
///          encrypted signing key
/// ```
///
/// (Tahoe-LAFS `src/allmydata/mutable/layout.py`.)
final class SdmfShare {
    private static final int PUBLIC_KEY_AT = SdmfHeader.BYTES + 4 * Integer.BYTES + 2 * Long.BYTES; // 107
    private static final int CHAIN_RECORD_BYTES = Short.BYTES + Hash.BYTES;

    private final int number;
    private final SdmfHeader header;
    private final byte[] publicKey;
    private final byte[] signature;
    private final Map<Integer, byte[]> shareHashes;
    private final byte[] blockHash;
    private final byte[] block;
    private final byte[] encryptedSigningKey;

    SdmfShare(
            int number,
            SdmfHeader header,
            byte[] publicKey,
            byte[] signature,
            Map<Integer, byte[]> shareHashes,
            byte[] blockHash,
            byte[] block,
            byte[] encryptedSigningKey) {
        this.number = number;
        this.header = header;
        this.publicKey = publicKey;
        this.signature = signature;
        this.shareHashes = shareHashes;
        this.blockHash = blockHash;
        this.block = block;
        this.encryptedSigningKey = encryptedSigningKey;
    }

    int number() {
        return number;
    }

    SdmfHeader header() {
        return header;
    }

    byte[] block() {
        return block;
    }

    byte[] encryptedSigningKey() {
        return encryptedSigningKey;
    }

    byte[] toBytes() {
        int signatureAt = PUBLIC_KEY_AT + publicKey.length;
        int shareHashesAt = signatureAt + signature.length;
        int blockHashAt = shareHashesAt + shareHashes.size() * CHAIN_RECORD_BYTES;
        int blockAt = blockHashAt + blockHash.length;
        int signingKeyAt = blockAt + block.length;
        int end = signingKeyAt + encryptedSigningKey.length;
        var out = ByteBuffer.allocate(end)
                .put(header.toBytes())
                .putInt(signatureAt)
                .putInt(shareHashesAt)
                .putInt(blockHashAt)
                .putInt(blockAt)
                .putLong(signingKeyAt)
                .putLong(end)
                .put(publicKey)
                .put(signature);
        shareHashes.keySet().stream()
                .sorted()
                .forEach(node -> out.putShort(node.shortValue()).put(shareHashes.get(node)));
        return out.put(blockHash).put(block).put(encryptedSigningKey).array();
    }

    /// Takes a share apart; empty if it is shorter than its parts or they make no sense. Nothing is believed yet.
    static Optional<SdmfShare> read(int number, byte[] share) {
        var bytes = ByteBuffer.wrap(share);
        Optional<SdmfHeader> header = SdmfHeader.read(bytes);
        if (header.isEmpty() || share.length < PUBLIC_KEY_AT) {
            return Optional.empty();
        }
        bytes.position(SdmfHeader.BYTES);
        long[] at = {
            PUBLIC_KEY_AT,
            Integer.toUnsignedLong(bytes.getInt()),
            Integer.toUnsignedLong(bytes.getInt()),
            Integer.toUnsignedLong(bytes.getInt()),
            Integer.toUnsignedLong(bytes.getInt()),
            bytes.getLong(),
            bytes.getLong()
        };
        for (int i = 1; i < at.length; i++) {
            if (at[i] < at[i - 1] || at[i] > share.length) {
                return Optional.empty();
            }
        }
        byte[][] parts = new byte[at.length - 1][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Arrays.copyOfRange(share, (int) at[i], (int) at[i + 1]);
        }
        boolean possible = parts[2].length % CHAIN_RECORD_BYTES == 0
                && parts[3].length == Hash.BYTES
                && parts[4].length
                        == header.get().segmentBytes() / header.get().encoding().required();
        return possible
                ? Optional.of(new SdmfShare(
                        number, header.get(), parts[0], parts[1], records(parts[2]), parts[3], parts[4], parts[5]))
                : Optional.empty();
    }

    private static Map<Integer, byte[]> records(byte[] chain) {
        var records = ByteBuffer.wrap(chain);
        var hashes = new HashMap<Integer, byte[]>();
        while (records.hasRemaining()) {
            int node = Short.toUnsignedInt(records.getShort());
            var hash = new byte[Hash.BYTES];
            records.get(hash);
            hashes.put(node, hash);
        }
        return hashes;
    }

    /// Whether the share is whole and was signed with the key of this fingerprint. The block is hashed and led up to
    /// the signed root; hashes that the share brings along are never trusted for it.
    boolean isProvenBy(Hash fingerprint) {
        return MutableVerifyingKey.fingerprint(publicKey).equals(fingerprint)
                && MutableVerifyingKey.parse(publicKey)
                        .map(key -> key.verifies(header.toBytes(), signature))
                        .orElse(false)
                && number < header.encoding().total()
                && MessageDigest.isEqual(SdmfEncoder.blockHash(block, header.fileBytes()), blockHash)
                && leadsToRoot();
    }

    private boolean leadsToRoot() {
        var tree = new IncompleteMerkleTree(
                header.encoding().total(), header.root().toBytes());
        var hashes = new HashMap<>(shareHashes);
        hashes.put(tree.leafNode(number), blockHash);
        return tree.add(hashes) == Addition.PROVEN;
    }
}
