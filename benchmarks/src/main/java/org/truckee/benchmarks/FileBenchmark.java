package org.truckee.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.truckee.client.cap.Encoding;
import org.truckee.client.immutable.ChkDecoder;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Tag;
import org.truckee.erasure.ErasureCode;
import org.truckee.hashing.BatchSha256;

/// Everything that a gateway's processor does for a file of 32 MiB, 3-of-10, without sockets and disks, on one core.
@State(Scope.Thread)
public class FileBenchmark {
    private static final int FILE_BYTES = 32 << 20;

    private final Encoding encoding = new Encoding(3, 10);
    private final Segmentation segmentation = Segmentation.of(encoding, FILE_BYTES, Segmentation.DEFAULT_SEGMENT_BYTES);
    private final byte[] contents = new byte[FILE_BYTES];
    private final List<byte[][]> segments = new ArrayList<>();
    private final List<Hash> segmentHashes = new ArrayList<>();
    private final ConvergenceSecret secret = new ConvergenceSecret(new byte[32]);
    private EncryptedFile file;

    @Setup
    public void prepare() throws IOException {
        new Random(1).nextBytes(contents);
        ErasureCode.calibrate();
        BatchSha256.calibrate();
        file = EncryptedFile.convergent(Plaintext.of(contents), secret, segmentation);
        try (var encoder = new ChkEncoder(file)) {
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                segments.add(encoder.nextSegment());
                segmentHashes.add(new Hash(Tag.CIPHERTEXT_SEGMENT.hash(ciphertext(segment))));
            }
        }
    }

    private byte[] ciphertext(int segment) throws IOException {
        var ciphertext = new byte[segmentation.segmentLength(segment)];
        file.read(segmentation.segmentOffset(segment), ciphertext, 0, ciphertext.length);
        return ciphertext;
    }

    /// The key from the contents, encryption, coding, all hashes, hash trees.
    @Benchmark
    public Object upload() throws IOException {
        var source = EncryptedFile.convergent(Plaintext.of(contents), secret, segmentation);
        try (var encoder = new ChkEncoder(source)) {
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                encoder.nextSegment();
            }
            return encoder.trailers().verifyCap();
        }
    }

    /// Block hashes, decoding from two parity blocks and a primary one, the segment's hash, decryption.
    @Benchmark
    public byte[] download() {
        byte[] last = {};
        for (int segment = 0; segment < segmentation.segments(); segment++) {
            byte[][] blocks = segments.get(segment);
            Map<Integer, byte[]> given = new TreeMap<>(Map.of(1, blocks[1], 5, blocks[5], 8, blocks[8]));
            given.values().forEach(Tag.BLOCK::hash);
            byte[] ciphertext = new ChkDecoder(segmentation)
                    .decode(segment, given, segmentHashes.get(segment))
                    .orElseThrow();
            file.key()
                    .cipherAt(segmentation.segmentOffset(segment))
                    .process(ciphertext, 0, ciphertext.length, ciphertext, 0);
            last = ciphertext;
        }
        return last;
    }
}
