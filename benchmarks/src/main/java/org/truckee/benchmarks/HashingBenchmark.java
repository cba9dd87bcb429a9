package org.truckee.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.truckee.hashing.BatchSha256;
import org.truckee.hashing.Message;

/// How many times a second a core hashes the ciphertexts and blocks of four segments of 1 MiB, 3-of-10.
@State(Scope.Thread)
public class HashingBenchmark {
    private static final int SEGMENTS = 4;
    private static final int REQUIRED = 3;
    private static final int TOTAL = 10;
    private static final int BLOCK_BYTES = 349_526;
    private static final byte[] PREFIX = new byte[33];

    private final List<Message> messages = new ArrayList<>();

    @Setup
    public void prepare() {
        System.out.println("hashing by " + BatchSha256.calibrate());
        var random = new Random(1);
        for (int segment = 0; segment < SEGMENTS; segment++) {
            var blocks = new byte[TOTAL][BLOCK_BYTES];
            for (byte[] block : blocks) {
                random.nextBytes(block);
                messages.add(Message.of(PREFIX, block, BLOCK_BYTES));
            }
            messages.add(Message.of(PREFIX, blocks, BLOCK_BYTES, REQUIRED * BLOCK_BYTES));
        }
    }

    @Benchmark
    public byte[][] together() {
        return BatchSha256.hashTwice(messages);
    }

    /// One after the other, by the JDK.
    @Benchmark
    public byte[] oneByOne() {
        byte[] last = {};
        for (Message message : messages) {
            last = BatchSha256.hashTwice(List.of(message))[0];
        }
        return last;
    }
}
