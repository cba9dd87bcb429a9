package org.truckee.erasure;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// Looks up six bits at a time in tables of 64, which fill a vector of 512 bits: the low six of each of up to three
/// bytes and, together, the high two of all. Needs two thirds of the shuffles of a [NibbleLoop], and shuffles are
/// what limits it; needs AVX-512 VBMI.
///
/// What keeps it fast is said at [NibbleLoop].
final class SextetLoop implements ShuffleLoop {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_512;
    private static final int TABLE = 64;

    @Override
    public int maxOut() {
        return 4;
    }

    @Override
    public byte[] tables(int[][] rows) {
        var tables = ByteBuffer.allocate(rows.length * (rows[0].length + 1) * TABLE);
        for (int[] row : rows) {
            for (int c : row) {
                tables.put(ShuffleLoop.table(TABLE, ShuffleLoop.products(c, 0, 6)));
            }
            tables.put(ShuffleLoop.table(TABLE, highBits(row)));
        }
        return tables.array();
    }

    private static int[] highBits(int[] row) {
        return Arrays.stream(row)
                .flatMap(c -> Arrays.stream(ShuffleLoop.products(c, 6, 8)))
                .toArray();
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
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c));
            var y0 = x0.selectFrom(t00).lanewise(XOR, x1.selectFrom(t01)).lanewise(XOR, x2.selectFrom(t02));
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
        var t10 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c));
            var y0 = x0.selectFrom(t00).lanewise(XOR, x1.selectFrom(t01)).lanewise(XOR, x2.selectFrom(t02));
            var y1 = x0.selectFrom(t10).lanewise(XOR, x1.selectFrom(t11)).lanewise(XOR, x2.selectFrom(t12));
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
        var t10 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t20 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t21 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t22 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c));
            var y0 = x0.selectFrom(t00).lanewise(XOR, x1.selectFrom(t01)).lanewise(XOR, x2.selectFrom(t02));
            var y1 = x0.selectFrom(t10).lanewise(XOR, x1.selectFrom(t11)).lanewise(XOR, x2.selectFrom(t12));
            var y2 = x0.selectFrom(t20).lanewise(XOR, x1.selectFrom(t21)).lanewise(XOR, x2.selectFrom(t22));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
            (add ? y2.lanewise(XOR, ByteVector.fromArray(SPECIES, out2, at)) : y2).intoArray(out2, at);
        }
    }

    static void twoToFour(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        byte[] out2 = out[2];
        byte[] out3 = out[3];
        var t00 = ByteVector.fromArray(SPECIES, tables, 0 * TABLE);
        var t01 = ByteVector.fromArray(SPECIES, tables, 1 * TABLE);
        var t02 = ByteVector.fromArray(SPECIES, tables, 2 * TABLE);
        var t10 = ByteVector.fromArray(SPECIES, tables, 3 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t20 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t21 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t22 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        var t30 = ByteVector.fromArray(SPECIES, tables, 9 * TABLE);
        var t31 = ByteVector.fromArray(SPECIES, tables, 10 * TABLE);
        var t32 = ByteVector.fromArray(SPECIES, tables, 11 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c));
            var y0 = x0.selectFrom(t00).lanewise(XOR, x1.selectFrom(t01)).lanewise(XOR, x2.selectFrom(t02));
            var y1 = x0.selectFrom(t10).lanewise(XOR, x1.selectFrom(t11)).lanewise(XOR, x2.selectFrom(t12));
            var y2 = x0.selectFrom(t20).lanewise(XOR, x1.selectFrom(t21)).lanewise(XOR, x2.selectFrom(t22));
            var y3 = x0.selectFrom(t30).lanewise(XOR, x1.selectFrom(t31)).lanewise(XOR, x2.selectFrom(t32));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
            (add ? y2.lanewise(XOR, ByteVector.fromArray(SPECIES, out2, at)) : y2).intoArray(out2, at);
            (add ? y3.lanewise(XOR, ByteVector.fromArray(SPECIES, out3, at)) : y3).intoArray(out3, at);
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
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = ByteVector.fromArray(SPECIES, c, at);
            var x3 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c))
                    .or(x2.reinterpretAsInts()
                            .lanewise(LSHR, 2)
                            .reinterpretAsBytes()
                            .and((byte) 0x30));
            var y0 = x0.selectFrom(t00)
                    .lanewise(XOR, x1.selectFrom(t01))
                    .lanewise(XOR, x2.selectFrom(t02))
                    .lanewise(XOR, x3.selectFrom(t03));
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
        var t10 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = ByteVector.fromArray(SPECIES, c, at);
            var x3 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c))
                    .or(x2.reinterpretAsInts()
                            .lanewise(LSHR, 2)
                            .reinterpretAsBytes()
                            .and((byte) 0x30));
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
        var t10 = ByteVector.fromArray(SPECIES, tables, 4 * TABLE);
        var t11 = ByteVector.fromArray(SPECIES, tables, 5 * TABLE);
        var t12 = ByteVector.fromArray(SPECIES, tables, 6 * TABLE);
        var t13 = ByteVector.fromArray(SPECIES, tables, 7 * TABLE);
        var t20 = ByteVector.fromArray(SPECIES, tables, 8 * TABLE);
        var t21 = ByteVector.fromArray(SPECIES, tables, 9 * TABLE);
        var t22 = ByteVector.fromArray(SPECIES, tables, 10 * TABLE);
        var t23 = ByteVector.fromArray(SPECIES, tables, 11 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = ByteVector.fromArray(SPECIES, c, at);
            var x3 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c))
                    .or(x2.reinterpretAsInts()
                            .lanewise(LSHR, 2)
                            .reinterpretAsBytes()
                            .and((byte) 0x30));
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

    static void threeToFour(byte[] tables, byte[][] in, byte[][] out, boolean add, int from, int to) {
        byte[] a = in[0];
        byte[] b = in[1];
        byte[] c = in[2];
        byte[] out0 = out[0];
        byte[] out1 = out[1];
        byte[] out2 = out[2];
        byte[] out3 = out[3];
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
        var t30 = ByteVector.fromArray(SPECIES, tables, 12 * TABLE);
        var t31 = ByteVector.fromArray(SPECIES, tables, 13 * TABLE);
        var t32 = ByteVector.fromArray(SPECIES, tables, 14 * TABLE);
        var t33 = ByteVector.fromArray(SPECIES, tables, 15 * TABLE);
        for (int at = from; at < to; at += TABLE) {
            var x0 = ByteVector.fromArray(SPECIES, a, at);
            var x1 = ByteVector.fromArray(SPECIES, b, at);
            var x2 = ByteVector.fromArray(SPECIES, c, at);
            var x3 = x0.reinterpretAsInts()
                    .lanewise(LSHR, 6)
                    .reinterpretAsBytes()
                    .and((byte) 0x03)
                    .or(x1.reinterpretAsInts()
                            .lanewise(LSHR, 4)
                            .reinterpretAsBytes()
                            .and((byte) 0x0c))
                    .or(x2.reinterpretAsInts()
                            .lanewise(LSHR, 2)
                            .reinterpretAsBytes()
                            .and((byte) 0x30));
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
            var y3 = x0.selectFrom(t30)
                    .lanewise(XOR, x1.selectFrom(t31))
                    .lanewise(XOR, x2.selectFrom(t32))
                    .lanewise(XOR, x3.selectFrom(t33));
            (add ? y0.lanewise(XOR, ByteVector.fromArray(SPECIES, out0, at)) : y0).intoArray(out0, at);
            (add ? y1.lanewise(XOR, ByteVector.fromArray(SPECIES, out1, at)) : y1).intoArray(out1, at);
            (add ? y2.lanewise(XOR, ByteVector.fromArray(SPECIES, out2, at)) : y2).intoArray(out2, at);
            (add ? y3.lanewise(XOR, ByteVector.fromArray(SPECIES, out3, at)) : y3).intoArray(out3, at);
        }
    }
}
