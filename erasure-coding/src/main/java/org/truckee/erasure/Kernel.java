package org.truckee.erasure;

/// A way to multiply matrices with blocks of bytes. All give the same results and differ in speed.
sealed interface Kernel permits TileKernel, VectorKernel {
    /// Lengths are multiples of this, in bytes.
    int STEP = 64;

    /// Does what has to be done once for a matrix.
    Product prepare(int[][] rows);

    /// One matrix times any blocks. Safe for use by any number of threads.
    interface Product {
        /// `out[j][from..to) = XOR over i of rows[j][i] * in[i][from..to)`, for all `j`.
        void multiply(byte[][] in, byte[][] out, int from, int to);
    }
}
