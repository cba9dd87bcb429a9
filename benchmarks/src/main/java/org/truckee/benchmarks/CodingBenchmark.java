package org.truckee.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.truckee.erasure.ErasureCode;

/// How many segments of 128 KiB a core codes in a second, by whichever kernel the machine does fastest.
@State(Scope.Thread)
public class CodingBenchmark {
    private static final int SEGMENT_BYTES = 128 << 10;

    @Param({"3-of-10", "2-of-5", "10-of-16"})
    public String encoding;

    private ErasureCode code;
    private byte[][] blocks;
    private byte[][] last;
    private byte[][] room;
    private int[] shares;
    private int length;

    @Setup(Level.Trial)
    public void prepare() {
        System.out.println("coding by " + ErasureCode.calibrate());
        int[] parameters = Arrays.stream(encoding.split("-of-"))
                .mapToInt(Integer::parseInt)
                .toArray();
        int required = parameters[0];
        int total = parameters[1];
        code = ErasureCode.of(required, total);
        length = Math.ceilDiv(SEGMENT_BYTES, required);
        blocks = new byte[total][length];
        var random = new Random(1);
        for (int i = 0; i < required; i++) {
            random.nextBytes(blocks[i]);
        }
        code.encode(blocks, length);
        shares = IntStream.range(total - required, total).toArray();
        last = Arrays.copyOfRange(blocks, total - required, total);
        room = new byte[required][length];
    }

    @Benchmark
    public byte[][] encode() {
        code.encode(blocks, length);
        return blocks;
    }

    /// From the last shares: as many primary blocks are missing as can be.
    @Benchmark
    public byte[][] decode() {
        return code.decode(shares, last, length, room);
    }
}
