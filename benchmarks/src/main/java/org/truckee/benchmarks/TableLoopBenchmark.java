package org.truckee.benchmarks;

import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The peer in Java: the loop that Backblaze's Reed-Solomon library found to be its fastest, one table of products
/// per coefficient, block by block. (Its matrix is another one than zfec's, which makes no difference to the speed.)
@State(Scope.Thread)
public class TableLoopBenchmark {
    private static final int SEGMENT_BYTES = 128 << 10;

    @Param({"3-of-10", "2-of-5", "10-of-16"})
    public String encoding;

    private byte[][] in;
    private byte[][] out;
    private byte[][][] products;

    @Setup
    public void prepare() {
        String[] parameters = encoding.split("-of-");
        int required = Integer.parseInt(parameters[0]);
        int parity = Integer.parseInt(parameters[1]) - required;
        var random = new Random(1);
        in = new byte[required][Math.ceilDiv(SEGMENT_BYTES, required)];
        out = new byte[parity][in[0].length];
        products = new byte[parity][required][256];
        for (byte[][] row : products) {
            for (byte[] table : row) {
                random.nextBytes(table);
            }
        }
        for (byte[] block : in) {
            random.nextBytes(block);
        }
    }

    @Benchmark
    public byte[][] encode() {
        for (int i = 0; i < in.length; i++) {
            for (int j = 0; j < out.length; j++) {
                if (i == 0) {
                    set(products[j][i], in[i], out[j]);
                } else {
                    add(products[j][i], in[i], out[j]);
                }
            }
        }
        return out;
    }

    private static void set(byte[] products, byte[] in, byte[] out) {
        for (int at = 0; at < out.length; at++) {
            out[at] = products[in[at] & 0xff];
        }
    }

    private static void add(byte[] products, byte[] in, byte[] out) {
        for (int at = 0; at < out.length; at++) {
            out[at] ^= products[in[at] & 0xff];
        }
    }
}
