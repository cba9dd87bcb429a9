package org.truckee.erasure;

import java.util.stream.IntStream;

/// Multiplication by table look-up, many bytes at once: the innermost loops of a [VectorKernel].
///
/// A vector of indexes is made from some bits of the blocks; a shuffle of a table by these indexes gives what these
/// bits contribute to the product, for all bytes of a vector.
interface ShuffleLoop {
    /// At most that many blocks in at a time; at least two.
    int MAX_IN = 3;

    /// At most that many blocks out at a time; at least two.
    int maxOut();

    /// The tables for `rows.length` products of `rows[0].length` blocks, the tables of each product in a row.
    byte[] tables(int[][] rows);

    /// Like [Kernel.Product#multiply], or adds to what is in `out` if `add`.
    void multiply(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to);

    /// A table of `length` bytes: entry `i` is the sum of the `basis` elements of which `i` has the bit.
    static byte[] table(int length, int[] basis) {
        var table = new byte[length];
        for (int i = 1; i < length; i++) {
            int bit = Integer.numberOfTrailingZeros(i);
            table[i] = (byte) (table[i & i - 1] ^ (bit < basis.length ? basis[bit] : 0));
        }
        return table;
    }

    /// What bits `from..to` of a byte contribute to its product with `coefficient`.
    static int[] products(int coefficient, int from, int to) {
        return IntStream.range(from, to)
                .map(bit -> Field.multiply(coefficient, 1 << bit))
                .toArray();
    }
}
