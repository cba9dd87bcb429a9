package org.truckee.client.immutable;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.truckee.crypto.AesCtr;
import org.truckee.crypto.Hash;
import org.truckee.crypto.ReadKey;
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

    /// The ciphertext of a segment from `required` of its blocks, by share number; empty if its hash is not
    /// `expected`, which means that whoever made the shares made them inconsistent.
    public Optional<byte[]> decode(int segment, Map<Integer, byte[]> blocks, Hash expected) {
        byte[][] primary = primary(segment, blocks);
        if (!hasHash(segment, primary, expected)) {
            return Optional.empty();
        }
        var ciphertext = new byte[segmentation.segmentLength(segment)];
        for (int i = 0; i < primary.length && used(segment, i) > 0; i++) {
            System.arraycopy(primary[i], 0, ciphertext, i * segmentation.blockLength(segment), used(segment, i));
        }
        return Optional.of(ciphertext);
    }

    /// The same from the start of `target` on, decrypted if there is a key; false in place of empty.
    boolean decode(int segment, Map<Integer, byte[]> blocks, Hash expected, Optional<ReadKey> key, byte[] target) {
        byte[][] primary = primary(segment, blocks);
        if (!hasHash(segment, primary, expected)) {
            return false;
        }
        Optional<AesCtr> cipher = key.map(known -> known.cipherAt(segmentation.segmentOffset(segment)));
        for (int i = 0; i < primary.length && used(segment, i) > 0; i++) {
            int at = i * segmentation.blockLength(segment);
            if (cipher.isPresent()) {
                cipher.get().process(primary[i], 0, used(segment, i), target, at);
            } else {
                System.arraycopy(primary[i], 0, target, at, used(segment, i));
            }
        }
        return true;
    }

    private byte[][] primary(int segment, Map<Integer, byte[]> blocks) {
        int[] shares = blocks.keySet().stream().mapToInt(i -> i).sorted().toArray();
        byte[][] given = Arrays.stream(shares).mapToObj(blocks::get).toArray(byte[][]::new);
        return code.decode(shares, given, segmentation.blockLength(segment));
    }

    private boolean hasHash(int segment, byte[][] primary, Hash expected) {
        TaggedHasher hasher = Tag.CIPHERTEXT_SEGMENT.hasher();
        for (int i = 0; i < primary.length; i++) {
            hasher.update(primary[i], 0, used(segment, i));
        }
        return MessageDigest.isEqual(hasher.digest(), expected.toBytes());
    }

    /// Bytes of a primary block that are not padding.
    private int used(int segment, int block) {
        int blockLength = segmentation.blockLength(segment);
        return Math.clamp(segmentation.segmentLength(segment) - (long) block * blockLength, 0, blockLength);
    }
}
