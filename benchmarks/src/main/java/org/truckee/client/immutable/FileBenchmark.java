package org.truckee.client.immutable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Hash;
import org.truckee.erasure.ErasureCode;
import org.truckee.hashing.BatchSha256;

/// Everything that a gateway's processor does for a file of 32 MiB, 3-of-10, without sockets and disks: the steps of
/// [Upload] and of [ChkFile], in their order.
@State(Scope.Thread)
public class FileBenchmark {
    private static final int FILE_BYTES = 32 << 20;
    private static final int GROUP = 4;

    private final Encoding encoding = new Encoding(3, 10);
    private final Segmentation segmentation = Segmentation.of(encoding, FILE_BYTES, Segmentation.DEFAULT_SEGMENT_BYTES);
    private final byte[] contents = new byte[FILE_BYTES];
    private final List<byte[][]> segments = new ArrayList<>();
    private final List<Hash> segmentHashes = new ArrayList<>();
    private final ConvergenceSecret secret = new ConvergenceSecret(new byte[32]);
    private final Cores cores = new Cores(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SegmentPool.Account memory = new SegmentPool(64 << 20).openWriter();
    private final ChkDecoder decoder = new ChkDecoder(segmentation);
    private final byte[] target = new byte[segmentation.segmentBytes()];
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
                segmentHashes.add(new Hash(
                        BatchSha256.hashTwice(
                                List.of(SegmentMessages.ciphertext(segmentation, segment, segments.get(segment))))[0]));
            }
        }
    }

    @TearDown
    public void end() {
        threads.shutdownNow();
        cores.close();
        memory.close();
    }

    /// The key from the contents, encryption, coding, all hashes, hash trees.
    @Benchmark
    public Object upload() throws Exception {
        var source = EncryptedFile.convergent(Plaintext.of(contents), secret, segmentation);
        try (var encoder = new ChkEncoder(source)) {
            Deque<Future<List<SegmentBuffers>>> coding = new ArrayDeque<>();
            int sent = 0;
            for (int segment = 0; segment < segmentation.segments(); segment += GROUP) {
                coding.add(code(encoder, segment));
                if (coding.size() > 1) {
                    sent = send(encoder, sent, coding.remove().get());
                }
            }
            send(encoder, sent, coding.remove().get());
            return encoder.trailers().verifyCap();
        }
    }

    private Future<List<SegmentBuffers>> code(ChkEncoder encoder, int first) throws IOException {
        List<SegmentBuffers> rooms = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            rooms.add(memory.take(encoding.total(), segmentation.blockBytes(), Duration.ofSeconds(1))
                    .orElseThrow());
        }
        List<byte[][]> blocks = rooms.stream().map(SegmentBuffers::blocks).toList();
        return threads.submit(() -> {
            for (int i = 0; i < GROUP; i++) {
                encoder.read(first + i, blocks.get(i));
            }
            return cores.run(() -> {
                encoder.code(first, blocks);
                return rooms;
            });
        });
    }

    private int send(ChkEncoder encoder, int sent, List<SegmentBuffers> coded) throws IOException {
        for (int i = 0; i < GROUP; i++) {
            encoder.chain(sent + i, coded.get(i).blocks());
            coded.get(i).release();
        }
        return sent + GROUP;
    }

    /// Decoding from two parity blocks and a primary one, the segment's hash, decryption.
    @Benchmark
    public byte[] download() throws IOException {
        for (int segment = 0; segment < segmentation.segments(); segment++) {
            byte[][] all = segments.get(segment);
            Map<Integer, byte[]> blocks = Map.of(1, all[1], 5, all[5], 8, all[8]);
            Hash hash = segmentHashes.get(segment);
            var key = Optional.of(file.key());
            int number = segment;
            if (!cores.run(() -> decoder.decode(number, blocks, hash, key, target))) {
                throw new IllegalStateException("segment " + segment + " has another hash");
            }
        }
        return target;
    }
}
