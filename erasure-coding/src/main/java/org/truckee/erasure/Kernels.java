package org.truckee.erasure;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.truckee.calibration.Fastest;

/// The kernels of this process, and which is used.
final class Kernels {
    /// A fact about the machine, found out once per process.
    static final Fastest<Kernel> FASTEST = new Fastest<>(new TileKernel(), Kernels::vectorKernels, trial(), 2);

    private static final int TRIAL_BYTES = 16 << 10;
    private static final int TRIAL_ROUNDS = 4;

    private Kernels() {}

    /// Without the Vector API there are none.
    static Stream<Kernel> vectorKernels() {
        try {
            return VectorKernel.all();
        } catch (LinkageError withoutVectorApi) {
            return Stream.empty();
        }
    }

    /// Makes seven blocks of three, some times.
    private static Function<Kernel, byte[]> trial() {
        int[][] rows = Matrix.generator(3, 10).rows(3, 10).toArray();
        var in = new byte[3][TRIAL_BYTES];
        var out = new byte[rows.length][TRIAL_BYTES];
        var random = new Random(1);
        for (byte[] block : in) {
            random.nextBytes(block);
        }
        return kernel -> {
            Kernel.Product product = kernel.prepare(rows);
            for (int i = 0; i < TRIAL_ROUNDS; i++) {
                product.multiply(in, out, 0, TRIAL_BYTES);
            }
            var all = ByteBuffer.allocate(rows.length * TRIAL_BYTES);
            for (byte[] block : out) {
                all.put(block);
            }
            return all.array();
        };
    }
}
