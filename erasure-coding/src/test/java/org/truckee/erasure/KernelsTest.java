package org.truckee.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsTest {
    private static final int GUARD = 7;

    static Stream<Kernel> kernels() {
        return Stream.concat(Stream.of(new TileKernel()), Kernels.vectorKernels());
    }

    @Test
    void vectorKernelsAreThereWithTheVectorApi() {
        assertThat(Kernels.vectorKernels().map(Kernel::toString)).contains("nibbles, 128 bits");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void multipliesAsTheFieldSays(Kernel kernel) {
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            check(kernel, random, 1 + random.nextInt(12), 1 + random.nextInt(12), lengths(random));
        }
        check(kernel, new Random(61), 200, 40, new int[] {129});
    }

    private static int[] lengths(Random random) {
        return IntStream.concat(IntStream.of(0, 1, 128, 2048 + random.nextInt(5000)), IntStream.rangeClosed(15, 65))
                .toArray();
    }

    private static void check(Kernel kernel, Random random, int width, int height, int[] lengths) {
        int[][] rows = random(random, height, width);
        Kernel.Product product = kernel.prepare(rows);
        for (int length : lengths) {
            byte[][] in = bytes(random, width, length);
            byte[][] out = bytes(random, height, length);
            byte[][] expected = product(rows, in, out, 0, length);
            BlockProduct.multiply(product, in, out, length);
            assertThat(out)
                    .as("%s, %d x %d, %d bytes", kernel, height, width, length)
                    .isDeepEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kernels")
    void touchesNothingOutsideItsRange(Kernel kernel) {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            int[][] rows = random(random, 1 + random.nextInt(9), 1 + random.nextInt(9));
            int from = random.nextInt(100);
            int to = from + Kernel.STEP * random.nextInt(70);
            byte[][] in = bytes(random, rows[0].length, to);
            byte[][] out = bytes(random, rows.length, to);
            byte[][] expected = product(rows, in, out, from, to);
            kernel.prepare(rows).multiply(in, out, from, to);
            assertThat(out).as("%s, [%d, %d)", kernel, from, to).isDeepEqualTo(expected);
        }
    }

    /// In a process without `--add-modules jdk.incubator.vector`.
    @Test
    void codesWithoutTheVectorApi() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        List.of(java, "-cp", System.getProperty("java.class.path"), WithoutVectorApi.class.getName()))
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).strip())
                .isEqualTo("bit planes: true");
        assertThat(process.waitFor()).isZero();
    }

    static final class WithoutVectorApi {
        public static void main(String[] arguments) {
            String kernel = ErasureCode.calibrate();
            byte[][] blocks = bytes(new Random(1), 10, 1000);
            int length = blocks[0].length;
            var code = ErasureCode.of(3, 10);
            code.encode(blocks, length);
            byte[][] given = {blocks[7], blocks[8], blocks[9]};
            byte[][] primary = code.decode(new int[] {7, 8, 9}, given, length);
            byte[][] expected = {blocks[0], blocks[1], blocks[2]};
            System.out.println(kernel + ": " + Arrays.deepEquals(primary, expected));
        }
    }

    private static int[][] random(Random random, int height, int width) {
        return IntStream.range(0, height)
                .mapToObj(_ -> random.ints(width, 0, Field.SIZE).toArray())
                .toArray(int[][]::new);
    }

    private static byte[][] bytes(Random random, int blocks, int length) {
        var bytes = new byte[blocks][length + GUARD];
        for (byte[] block : bytes) {
            random.nextBytes(block);
        }
        return bytes;
    }

    private static byte[][] product(int[][] rows, byte[][] in, byte[][] out, int from, int to) {
        var product = new byte[out.length][];
        for (int j = 0; j < out.length; j++) {
            product[j] = out[j].clone();
            for (int at = from; at < to; at++) {
                int sum = 0;
                for (int i = 0; i < in.length; i++) {
                    sum ^= Field.multiply(rows[j][i], in[i][at] & 0xff);
                }
                product[j][at] = (byte) sum;
            }
        }
        return product;
    }
}
