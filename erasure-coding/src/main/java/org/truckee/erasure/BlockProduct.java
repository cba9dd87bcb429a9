package org.truckee.erasure;

import org.jspecify.annotations.Nullable;

/// A matrix times blocks of any length, by whichever kernel is the fastest at the time.
/// Safe for use by any number of threads.
final class BlockProduct {
    private final int[][] rows;
    private volatile @Nullable Prepared prepared;

    private record Prepared(Kernel kernel, Kernel.Product product) {}

    BlockProduct(int[][] rows) {
        this.rows = rows;
    }

    /// `out[j][0..length) = XOR over i of rows[j][i] * in[i][0..length)`, for all `j`.
    void multiply(byte[][] in, byte[][] out, int length) {
        if (rows.length > 0) {
            multiply(product(Kernels.FASTEST.forWork((long) in.length * length)), in, out, length);
        }
    }

    private Kernel.Product product(Kernel kernel) {
        Prepared last = prepared;
        if (last == null || last.kernel != kernel) {
            last = new Prepared(kernel, kernel.prepare(rows));
            prepared = last;
        }
        return last.product;
    }

    /// What is left behind the last whole step is copied to where there is room for a step.
    static void multiply(Kernel.Product product, byte[][] in, byte[][] out, int length) {
        int rest = length % Kernel.STEP;
        int whole = length - rest;
        product.multiply(in, out, 0, whole);
        if (rest > 0) {
            var restIn = new byte[in.length][Kernel.STEP];
            var restOut = new byte[out.length][Kernel.STEP];
            for (int i = 0; i < in.length; i++) {
                System.arraycopy(in[i], whole, restIn[i], 0, rest);
            }
            product.multiply(restIn, restOut, 0, Kernel.STEP);
            for (int j = 0; j < out.length; j++) {
                System.arraycopy(restOut[j], 0, out[j], whole, rest);
            }
        }
    }
}
