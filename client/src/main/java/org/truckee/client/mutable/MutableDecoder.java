package org.truckee.client.mutable;

import java.util.Arrays;
import java.util.Map;
import org.truckee.client.cap.MutableFormat;
import org.truckee.crypto.MutableReadKey;
import org.truckee.erasure.ErasureCode;

/// Turns proven blocks back into the contents of a segment.
final class MutableDecoder {
    private final MutableHeader header;
    private final MutableReadKey readKey;
    private final ErasureCode code;

    MutableDecoder(MutableHeader header, MutableReadKey readKey) {
        this.header = header;
        this.readKey = readKey;
        this.code =
                ErasureCode.of(header.encoding().required(), header.encoding().total());
    }

    /// The contents of a segment from `required` of its blocks, by share number, each behind its salt in MDMF.
    byte[] decode(int segment, Map<Integer, byte[]> blocks) {
        int[] shares = blocks.keySet().stream().mapToInt(i -> i).sorted().toArray();
        int length = header.blockLength(segment);
        byte[][] given = Arrays.stream(shares)
                .mapToObj(blocks::get)
                .map(block -> Arrays.copyOfRange(block, header.blockSaltBytes(), block.length))
                .toArray(byte[][]::new);
        byte[][] primary = code.decode(shares, given, length);
        var ciphertext = new byte[header.segmentLength(segment)];
        for (int i = 0; i * length < ciphertext.length; i++) {
            System.arraycopy(primary[i], 0, ciphertext, i * length, Math.min(length, ciphertext.length - i * length));
        }
        byte[] salt = header.format() == MutableFormat.SDMF
                ? header.salt().orElseThrow().toBytes()
                : Arrays.copyOf(blocks.values().iterator().next(), Salt.BYTES);
        return readKey.cipher(salt).process(ciphertext);
    }
}
