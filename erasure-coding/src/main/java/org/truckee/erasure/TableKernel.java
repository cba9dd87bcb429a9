package org.truckee.erasure;

import java.util.Arrays;

/// Matrix times blocks, a byte at a time, with one table of products per coefficient.
final class TableKernel {
    private static final byte[][] PRODUCTS = new byte[Field.SIZE][Field.SIZE];

    static {
        for (int a = 0; a < Field.SIZE; a++) {
            for (int b = 0; b < Field.SIZE; b++) {
                PRODUCTS[a][b] = (byte) Field.multiply(a, b);
            }
        }
    }

    private TableKernel() {}

    /// `out[0..length) = XOR over i of row[i] * in[i][0..length)`.
    static void combine(int[] row, byte[][] in, byte[] out, int length) {
        Arrays.fill(out, 0, length, (byte) 0);
        for (int i = 0; i < row.length; i++) {
            if (row[i] != 0) {
                add(PRODUCTS[row[i]], in[i], out, length);
            }
        }
    }

    private static void add(byte[] products, byte[] in, byte[] out, int length) {
        for (int i = 0; i < length; i++) {
            out[i] ^= products[in[i] & 0xff];
        }
    }
}
