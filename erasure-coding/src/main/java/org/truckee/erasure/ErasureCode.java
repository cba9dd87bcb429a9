package org.truckee.erasure;

import java.util.Arrays;

/// The systematic code of zfec: `required` primary blocks of data give `total` blocks, one per share, of which any
/// `required` give the data back. Share numbers below `required` carry the primary blocks themselves.
/// Immutable; safe for use by any number of threads.
public final class ErasureCode {
    /// The code works on bytes, so it has no more than 256 shares.
    public static final int MAX_TOTAL = Field.SIZE;

    private final int required;
    private final Matrix generator;

    private ErasureCode(int required, Matrix generator) {
        this.required = required;
        this.generator = generator;
    }

    public static ErasureCode of(int required, int total) {
        if (required < 1 || required > total || total > MAX_TOTAL) {
            throw new IllegalArgumentException(
                    "need 1 <= required <= total <= " + MAX_TOTAL + ", got " + required + " of " + total);
        }
        return new ErasureCode(required, Matrix.generator(required, total));
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
        byte[][] primary = Arrays.copyOf(blocks, required);
        for (int share = required; share < blocks.length; share++) {
            TableKernel.combine(generator.row(share), primary, blocks[share], length);
        }
    }

    /// The primary blocks, in order, from any `required` different shares: `blocks[i]` is the block of `shares[i]`.
    /// Blocks that are primary already are returned as they are, not copied; `length` bytes of each are used.
    public byte[][] decode(int[] shares, byte[][] blocks, int length) {
        checkDistinct(shares, blocks);
        var primary = new byte[required][];
        for (int i = 0; i < required; i++) {
            if (shares[i] < required) {
                primary[shares[i]] = blocks[i];
            }
        }
        Matrix inverse = new Matrix(rowsOf(shares)).inverse();
        for (int i = 0; i < required; i++) {
            if (primary[i] == null) {
                primary[i] = new byte[length];
                TableKernel.combine(inverse.row(i), blocks, primary[i], length);
            }
        }
        return primary;
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
}
