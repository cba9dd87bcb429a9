package org.truckee.erasure;

import java.util.Arrays;

/// A matrix over [Field], by rows.
final class Matrix {
    private final int[][] rows;

    Matrix(int[][] rows) {
        this.rows = rows;
    }

    static Matrix identity(int size) {
        var rows = new int[size][size];
        for (int i = 0; i < size; i++) {
            rows[i][i] = 1;
        }
        return new Matrix(rows);
    }

    /// zfec's generator: the Vandermonde matrix of the points 0, 1, α, α², ... times the inverse of its top square,
    /// so that the first `required` rows are the identity and any `required` rows can be inverted. Not Backblaze's.
    static Matrix generator(int required, int total) {
        var vandermonde = new int[total][required];
        vandermonde[0][0] = 1;
        for (int r = 1; r < total; r++) {
            for (int c = 0; c < required; c++) {
                vandermonde[r][c] = Field.power((r - 1) * c);
            }
        }
        var all = new Matrix(vandermonde);
        return all.times(all.rows(0, required).inverse());
    }

    int height() {
        return rows.length;
    }

    int[] row(int index) {
        return rows[index];
    }

    int[][] toArray() {
        return rows.clone();
    }

    Matrix rows(int from, int to) {
        return new Matrix(Arrays.copyOfRange(rows, from, to));
    }

    Matrix times(Matrix other) {
        int width = other.rows[0].length;
        var product = new int[rows.length][width];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < width; c++) {
                for (int i = 0; i < other.rows.length; i++) {
                    product[r][c] ^= Field.multiply(rows[r][i], other.rows[i][c]);
                }
            }
        }
        return new Matrix(product);
    }

    /// By Gauss and Jordan; rows of a [#generator] are always independent.
    Matrix inverse() {
        int size = rows.length;
        var left = new int[size][];
        for (int i = 0; i < size; i++) {
            left[i] = rows[i].clone();
        }
        int[][] right = identity(size).rows;
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (left[pivot][column] == 0) {
                pivot++;
            }
            swap(left, column, pivot);
            swap(right, column, pivot);
            int factor = Field.invert(left[column][column]);
            scale(left[column], factor);
            scale(right[column], factor);
            for (int r = 0; r < size; r++) {
                if (r != column) {
                    int multiple = left[r][column];
                    subtract(left[r], left[column], multiple);
                    subtract(right[r], right[column], multiple);
                }
            }
        }
        return new Matrix(right);
    }

    private static void swap(int[][] rows, int a, int b) {
        int[] row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }

    private static void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = Field.multiply(row[i], factor);
        }
    }

    private static void subtract(int[] row, int[] other, int multiple) {
        for (int i = 0; i < row.length; i++) {
            row[i] ^= Field.multiply(other[i], multiple);
        }
    }
}
