package org.truckee.benchmarks;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.truckee.hashing.BatchSha256;

/// How many times a second a core hashes the blocks of three segments of 1 MiB, 3-of-10.
@State(Scope.Thread)
public class HashingBenchmark {
    private static final int BLOCKS = 30;
    private static final int BLOCK_BYTES = 349_526;
    private static final byte[] PREFIX = new byte[33];

    private byte[][] blocks;

    @Setup
    public void prepare() {
        System.out.println("hashing by " + BatchSha256.calibrate());
        blocks = new byte[BLOCKS][BLOCK_BYTES];
        var random = new Random(1);
        for (byte[] block : blocks) {
            random.nextBytes(block);
        }
    }

    @Benchmark
    public byte[][] together() {
        return BatchSha256.hashTwice(PREFIX, blocks, BLOCK_BYTES);
    }

    @Benchmark
    public byte[] oneByOne() throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        byte[] last = {};
        for (byte[] block : blocks) {
            digest.update(PREFIX);
            last = digest.digest(digest.digest(block));
        }
        return last;
    }
}
