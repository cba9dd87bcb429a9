package org.truckee.client.immutable;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Tag;
import org.truckee.crypto.TaggedHasher;
import org.truckee.erasure.ErasureCode;

/// Turns blocks back into the ciphertext of a segment.
public final class ChkDecoder {
    private final Segmentation segmentation;
    private final ErasureCode code;

    public ChkDecoder(Segmentation segmentation) {
        this.segmentation = segmentation;
        this.code = ErasureCode.of(
                segmentation.encoding().required(), segmentation.encoding().total());
    }

    /// The ciphertext of a segment from `required` of its blocks, by share number; empty if its hash is not `expected`,
    /// which means that whoever made the shares made them inconsistent.
    public Optional<byte[]> decode(int segment, Map<Integer, byte[]> blocks, Hash expected) {
        int[] shares = blocks.keySet().stream().mapToInt(i -> i).sorted().toArray();
        byte[][] given = Arrays.stream(shares).mapToObj(blocks::get).toArray(byte[][]::new);
        int blockLength = segmentation.blockLength(segment);
        byte[][] primary = code.decode(shares, given, blockLength);
        var ciphertext = new byte[segmentation.segmentLength(segment)];
        for (int i = 0; i * blockLength < ciphertext.length; i++) {
            int bytes = Math.min(blockLength, ciphertext.length - i * blockLength);
            System.arraycopy(primary[i], 0, ciphertext, i * blockLength, bytes);
        }
        TaggedHasher hasher = Tag.CIPHERTEXT_SEGMENT.hasher();
        byte[] hash = hasher.update(ciphertext).digest();
        return MessageDigest.isEqual(hash, expected.toBytes()) ? Optional.of(ciphertext) : Optional.empty();
    }
}
