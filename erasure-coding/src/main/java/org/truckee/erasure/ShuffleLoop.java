package org.truckee.erasure;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.stream.IntStream;

/// Multiplication by table look-up, many bytes at once: the innermost loops of a [VectorKernel].
///
/// A vector of indexes is made from some bits of the blocks; a shuffle of a table by these indexes gives what these
/// bits contribute to the product, for all bytes of a vector.
interface ShuffleLoop {
    MethodType MULTIPLICATION = MethodType.methodType(
            void.class, byte[].class, byte[][].class, byte[][].class, boolean.class, int.class, int.class);

    /// At most that many blocks in at a time; at least two.
    int MAX_IN = 3;

    /// At most that many blocks out at a time; at least two.
    int maxOut();

    /// The tables for `rows.length` products of `rows[0].length` blocks, the tables of each product in a row.
    byte[] tables(int[][] rows);

    /// The method for so many blocks in and out: of the tables, the blocks in, the blocks out, whether to add to
    /// what is in them, from and to where.
    ///
    /// It is called through a handle so that the compiler does not inline it: together with its callers it would be
    /// more than the compiler can keep free of objects for vectors, and ten times as slow.
    MethodHandle multiplication(int in, int out);

    /// The method `twoToThree`, for example, of the class that looks it up.
    static MethodHandle multiplication(MethodHandles.Lookup lookup, int in, int out) {
        String name = List.of("two", "three").get(in - 2)
                + List.of("ToOne", "ToTwo", "ToThree", "ToFour").get(out - 1);
        try {
            return lookup.findStatic(lookup.lookupClass(), name, MULTIPLICATION);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(lookup.lookupClass() + " has no method " + name, e);
        }
    }

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
