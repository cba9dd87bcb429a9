package org.truckee.erasure;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// Looks up the low and the high four bits of each byte: tables of 16, which every CPU with vectors can shuffle.
///
/// The compiler makes good code only of vectors whose size is a constant. Here it is one of the class, which is
/// defined anew for every size ([VectorKernel]) and says nothing about sizes otherwise. Good code also needs the
/// tables in locals before the loop, no method call in the loop that
/// takes or gives a vector, and a loop that is compiled by itself ([ShuffleLoop#multiplication]).
final class NibbleLoop implements ShuffleLoop {
    private static final VectorSpecies<Byte> SPECIES = species();
    private static final int TABLE = SPECIES.length();

    NibbleLoop() {}

    @SuppressWarnings("unchecked") // what VectorKernel gives
    private static VectorSpecies<Byte> species() {
        try {
            return (VectorSpecies<Byte>)
                    Objects.requireNonNull(MethodHandles.classData(MethodHandles.lookup(), "_", VectorSpecies.class));
        } catch (IllegalAccessException e) {
            throw new AssertionError("a class may read its own data", e);
        }
    }

    @Override
    public int maxOut() {
        return 3;
    }

    @Override
    public byte[] tables(int[][] rows) {
        var tables = ByteBuffer.allocate(rows.length * rows[0].length * 2 * TABLE);
        for (int[] row : rows) {
            for (int c : row) {
                tables.put(ShuffleLoop.table(TABLE, ShuffleLoop.products(c, 0, 4)));
                tables.put(ShuffleLoop.table(TABLE, ShuffleLoop.products(c, 4, 8)));
            }
        }
        return tables.array();
    }

    @Override
    public MethodHandle multiplication(int in, int out) {
        return ShuffleLoop.multiplication(MethodHandles.lookup(), in, out);
    }

    static void twoToOne(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] out0 = out[0];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
        }
    }

    static void twoToTwo(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t10 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03));
            var y1 = x0.selectFrom(t10)
                    .lanewise(XOR, x1.selectFrom(t11))
                    .lanewise(XOR, x2.selectFrom(t12))
                    .lanewise(XOR, x3.selectFrom(t13));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
        }
    }

    static void twoToThree(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        byte[] out2 = out[2];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t10 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t20 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        var t21 = ByteVector.fromArray(SPECIES, tables, 9 * TABLE);
        var t22 = ByteVector.fromArray(SPECIES, tables, 10 * TABLE);
        var t23 = ByteVector.fromArray(SPECIES, tables, 11 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03));
            var y1 = x0.selectFrom(t10)
                    .lanewise(XOR, x1.selectFrom(t11))
                    .lanewise(XOR, x2.selectFrom(t12))
                    .lanewise(XOR, x3.selectFrom(t13));
            var y2 = x0.selectFrom(t20)
                    .lanewise(XOR, x1.selectFrom(t21))
                    .lanewise(XOR, x2.selectFrom(t22))
                    .lanewise(XOR, x3.selectFrom(t23));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
            (add ? y2.lanewise(XOR, ByteVector.fromArray(SPECIES, out2, at)) : y2).intoArray(out2, at);
        }
    }

    static void threeToOne(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] c = in[2];
        byte[] out0 = out[0];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t04 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t05 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var cx = ByteVector.fromArray(SPECIES, c, at);
            var x4 = cx.and((byte) 0x0f);
            var x5 = cx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03))
                    .lanewise(XOR, x4.selectFrom(t04))
                    .lanewise(XOR, x5.selectFrom(t05));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
        }
    }

    static void threeToTwo(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] c = in[2];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t04 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t05 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t10 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 9 * TABLE);
        var t14 = ByteVector.fromArray(SPECIES, tables, 10 * TABLE);
        var t15 = ByteVector.fromArray(SPECIES, tables, 11 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var cx = ByteVector.fromArray(SPECIES, c, at);
            var x4 = cx.and((byte) 0x0f);
            var x5 = cx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03))
                    .lanewise(XOR, x4.selectFrom(t04))
                    .lanewise(XOR, x5.selectFrom(t05));
            var y1 = x0.selectFrom(t10)
                    .lanewise(XOR, x1.selectFrom(t11))
                    .lanewise(XOR, x2.selectFrom(t12))
                    .lanewise(XOR, x3.selectFrom(t13))
                    .lanewise(XOR, x4.selectFrom(t14))
                    .lanewise(XOR, x5.selectFrom(t15));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
        }
    }

    static void threeToThree(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] c = in[2];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        byte[] out2 = out[2];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t03 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t04 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t05 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t10 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 9 * TABLE);
        var t14 = ByteVector.fromArray(SPECIES, tables, 10 * TABLE);
        var t15 = ByteVector.fromArray(SPECIES, tables, 11 * TABLE);
        var t20 = ByteVector.fromArray(SPECIES, tables, 12 * TABLE);
        var t21 = ByteVector.fromArray(SPECIES, tables, 13 * TABLE);
        var t22 = ByteVector.fromArray(SPECIES, tables, 14 * TABLE);
        var t23 = ByteVector.fromArray(SPECIES, tables, 15 * TABLE);
        var t24 = ByteVector.fromArray(SPECIES, tables, 16 * TABLE);
        var t25 = ByteVector.fromArray(SPECIES, tables, 17 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var ax = ByteVector.fromArray(SPECIES, a, at);
            var x0 = ax.and((byte) 0x0f);
            var x1 = ax.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var bx = ByteVector.fromArray(SPECIES, b, at);
            var x2 = bx.and((byte) 0x0f);
            var x3 = bx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var cx = ByteVector.fromArray(SPECIES, c, at);
            var x4 = cx.and((byte) 0x0f);
            var x5 = cx.reinterpretAsInts()
                    .lanewise(LSHR, 4)
                    .reinterpretAsBytes()
                    .and((byte) 0x0f);
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03))
                    .lanewise(XOR, x4.selectFrom(t04))
                    .lanewise(XOR, x5.selectFrom(t05));
            var y1 = x0.selectFrom(t10)
                    .lanewise(XOR, x1.selectFrom(t11))
                    .lanewise(XOR, x2.selectFrom(t12))
                    .lanewise(XOR, x3.selectFrom(t13))
                    .lanewise(XOR, x4.selectFrom(t14))
                    .lanewise(XOR, x5.selectFrom(t15));
            var y2 = x0.selectFrom(t20)
                    .lanewise(XOR, x1.selectFrom(t21))
                    .lanewise(XOR, x2.selectFrom(t22))
                    .lanewise(XOR, x3.selectFrom(t23))
                    .lanewise(XOR, x4.selectFrom(t24))
                    .lanewise(XOR, x5.selectFrom(t25));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
            (add ? y2.lanewise(XOR, ByteVector.fromArray(SPECIES, out2, at)) : y2).intoArray(out2, at);
        }
    }
}
