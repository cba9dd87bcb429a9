package org.truckee.erasure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Multiplies in plain Java that every compiler turns into vector instructions: XOR of `long`s.
///
/// A tile of each block is taken apart into eight bit planes, plane `b` holding bit `b` of its bytes. Multiplying
/// with a constant is linear, so a plane of a product is the XOR of some planes of the factor. Of four planes there
/// are only 16 such sums, which are computed once per block and used for all products ("four Russians").
final class TileKernel implements Kernel {
    /// Bytes of a block that are worked on at a time: planes, sums and products stay in the first-level cache.
    private static final int TILE_BYTES = 4096;

    private static final int PLANES = Byte.SIZE;

    /// Sums of four planes.
    private static final int SUMS = 16;

    @Override
    public Product prepare(int[][] rows) {
        var masks = new int[rows.length][rows[0].length][];
        for (int j = 0; j < rows.length; j++) {
            for (int i = 0; i < rows[j].length; i++) {
                masks[j][i] = masks(rows[j][i]);
            }
        }
        return (in, out, from, to) -> {
            if (from == to) {
                return;
            }
            var tile = new Tile(Math.min(TILE_BYTES, to - from), out.length);
            int at = from;
            for (; to - at >= tile.bytes; at += tile.bytes) {
                tile.multiply(masks, in, out, at);
            }
            if (at < to) {
                new Tile(to - at, out.length).multiply(masks, in, out, at);
            }
        };
    }

    @Override
    public String toString() {
        return "bit planes";
    }

    /// For each bit of the product with `coefficient`, which bits of the factor add up to it.
    private static int[] masks(int coefficient) {
        var masks = new int[PLANES];
        for (int bit = 0; bit < PLANES; bit++) {
            int product = Field.multiply(coefficient, 1 << bit);
            for (int plane = 0; plane < PLANES; plane++) {
                masks[plane] |= (product >> plane & 1) << bit;
            }
        }
        return masks;
    }

    /// Memory for one tile.
    private static final class Tile {
        private final int bytes;
        private final long[][] planes;
        private final long[][] low;
        private final long[][] high;
        private final long[][][] products;

        Tile(int bytes, int outputs) {
            int longs = bytes / STEP;
            this.bytes = bytes;
            this.planes = new long[PLANES][longs];
            this.low = new long[SUMS][longs];
            this.high = new long[SUMS][longs];
            this.products = new long[outputs][PLANES][longs];
        }

        void multiply(int[][][] masks, byte[][] in, byte[][] out, int at) {
            for (int i = 0; i < in.length; i++) {
                load(in[i], at);
                sum(planes, 0, low);
                sum(planes, PLANES / 2, high);
                for (int j = 0; j < out.length; j++) {
                    add(masks[j][i], i > 0, products[j]);
                }
            }
            for (int j = 0; j < out.length; j++) {
                store(products[j], out[j], at);
            }
        }

        private void add(int[] masks, boolean more, long[][] product) {
            for (int plane = 0; plane < PLANES; plane++) {
                long[] a = low[masks[plane] % SUMS];
                long[] b = high[masks[plane] / SUMS];
                if (more) {
                    add(a, b, product[plane]);
                } else {
                    set(a, b, product[plane]);
                }
            }
        }

        /// Which of its bytes a bit of a plane belongs to is arbitrary; [#store] is the inverse.
        private void load(byte[] block, int at) {
            var longs = ByteBuffer.wrap(block, at, bytes)
                    .slice()
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
            for (long[] plane : planes) {
                longs.get(plane);
            }
            transpose(planes);
        }

        private void store(long[][] product, byte[] block, int at) {
            transpose(product);
            var longs = ByteBuffer.wrap(block, at, bytes)
                    .slice()
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
            for (long[] plane : product) {
                longs.put(plane);
            }
        }

        /// Exchanges the number of a row with the number of a bit in its byte; its own inverse.
        private static void transpose(long[][] rows) {
            for (int i = 0; i < 4; i++) {
                exchange(rows[i], rows[i + 4], 4, 0x0f0f0f0f0f0f0f0fL);
            }
            for (int i = 0; i < 4; i++) {
                exchange(rows[i / 2 * 4 + i % 2], rows[i / 2 * 4 + i % 2 + 2], 2, 0x3333333333333333L);
            }
            for (int i = 0; i < PLANES; i += 2) {
                exchange(rows[i], rows[i + 1], 1, 0x5555555555555555L);
            }
        }

        private static void exchange(long[] a, long[] b, int shift, long mask) {
            for (int i = 0; i < a.length; i++) {
                long difference = (a[i] >>> shift ^ b[i]) & mask;
                a[i] ^= difference << shift;
                b[i] ^= difference;
            }
        }

        /// The sums of the four planes from `first` on; bit `b` of a sum's number says whether plane `first + b` is
        /// in.
        private static void sum(long[][] planes, int first, long[][] sums) {
            for (int number = 1; number < SUMS; number++) {
                long[] plane = planes[first + Integer.numberOfTrailingZeros(number)];
                set(plane, sums[number & number - 1], sums[number]);
            }
        }

        private static void set(long[] a, long[] b, long[] sum) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] = a[i] ^ b[i];
            }
        }

        private static void add(long[] a, long[] b, long[] sum) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] ^= a[i] ^ b[i];
            }
        }
    }
}
