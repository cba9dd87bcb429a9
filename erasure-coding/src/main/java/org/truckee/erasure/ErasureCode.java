package org.truckee.erasure;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The systematic code of zfec: `required` primary blocks of data give `total` blocks, one per share, of which any
/// `required` give the data back. Share numbers below `required` carry the primary blocks themselves.
/// Safe for use by any number of threads.
public final class ErasureCode {
    /// The code works on bytes, so it has no more than 256 shares.
    public static final int MAX_TOTAL = Field.SIZE;

    private final int required;
    private final Matrix generator;
    private final BlockProduct encoding;

    /// The last one used: the segments of a file are decoded from the same shares, mostly.
    private volatile @Nullable Decoding decoding;

    private ErasureCode(int required, Matrix generator) {
        this.required = required;
        this.generator = generator;
        this.encoding =
                new BlockProduct(generator.rows(required, generator.height()).toArray());
    }

    public static ErasureCode of(int required, int total) {
        if (required < 1 || required > total || total > MAX_TOTAL) {
            throw new IllegalArgumentException(
                    "need 1 <= required <= total <= " + MAX_TOTAL + ", got " + required + " of " + total);
        }
        return new ErasureCode(required, Matrix.generator(required, total));
    }

    /// Finds out now how this machine codes fastest, which takes some seconds, and says how that is. Without this
    /// call it happens beside the work, once there is much of it.
    public static String calibrate() {
        return Kernels.FASTEST.settle().toString();
    }

    public int required() {
        return required;
    }

    public int total() {
        return generator.height();
    }

    /// Fills blocks `required..total` from blocks `0..required`; `length` bytes of each are used.
    public void encode(byte[][] blocks, int length) {
        if (blocks.length != total()) {
            throw new IllegalArgumentException("need " + total() + " blocks, got " + blocks.length);
        }
        encoding.multiply(Arrays.copyOf(blocks, required), Arrays.copyOfRange(blocks, required, blocks.length), length);
    }

    /// The primary blocks, in order, from any `required` different shares: `blocks[i]` is the block of `shares[i]`.
    /// Blocks that are primary already are returned as they are, not copied; `length` bytes of each are used.
    public byte[][] decode(int[] shares, byte[][] blocks, int length) {
        checkDistinct(shares, blocks);
        var room = new byte
                [(int) Arrays.stream(shares).filter(share -> share >= required).count()][length];
        return decode(shares, blocks, length, room);
    }

    /// Like [#decode(int[], byte[][], int)], with the missing primary blocks written to the first arrays of `room`,
    /// of which there is one for every share that is not primary.
    public byte[][] decode(int[] shares, byte[][] blocks, int length, byte[][] room) {
        checkDistinct(shares, blocks);
        var primary = new byte[required][];
        for (int i = 0; i < required; i++) {
            if (shares[i] < required) {
                primary[shares[i]] = blocks[i];
            }
        }
        Decoding chosen = decoding(shares);
        byte[][] made = Arrays.copyOf(room, chosen.missing.length);
        for (int i = 0; i < made.length; i++) {
            primary[chosen.missing[i]] = made[i];
        }
        chosen.product.multiply(blocks, made, length);
        return primary;
    }

    private Decoding decoding(int[] shares) {
        Decoding last = decoding;
        if (last == null || !Arrays.equals(last.shares, shares)) {
            last = new Decoding(shares.clone());
            decoding = last;
        }
        return last;
    }

    private int[][] rowsOf(int[] shares) {
        return Arrays.stream(shares).mapToObj(generator::row).toArray(int[][]::new);
    }

    private void checkDistinct(int[] shares, byte[][] blocks) {
        boolean valid = shares.length == required
                && blocks.length == required
                && Arrays.stream(shares).distinct().count() == required
                && Arrays.stream(shares).allMatch(share -> share >= 0 && share < total());
        if (!valid) {
            throw new IllegalArgumentException(
                    "need " + required + " different shares below " + total() + ", got " + Arrays.toString(shares));
        }
    }

    /// From certain shares to the primary blocks that are not among them.
    private final class Decoding {
        private final int[] shares;
        private final int[] missing;
        private final BlockProduct product;

        Decoding(int[] shares) {
            this.shares = shares;
            this.missing = IntStream.range(0, required)
                    .filter(block -> Arrays.stream(shares).noneMatch(share -> share == block))
                    .toArray();
            Matrix inverse = new Matrix(rowsOf(shares)).inverse();
            this.product = new BlockProduct(
                    Arrays.stream(missing).mapToObj(inverse::row).toArray(int[][]::new));
        }
    }
}
