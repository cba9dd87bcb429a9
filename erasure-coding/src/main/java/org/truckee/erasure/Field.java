package org.truckee.erasure;

/// Arithmetic in GF(2^8) modulo x^8+x^4+x^3+x^2+1 (0x11d), generator 2; elements are ints 0..255 and addition is XOR.
final class Field {
    static final int SIZE = 256;

    private static final int POLYNOMIAL = 0x11d;
    private static final int ORDER = SIZE - 1;
    private static final int[] EXP = new int[2 * ORDER];
    private static final int[] LOG = new int[SIZE];

    static {
        int value = 1;
        for (int i = 0; i < ORDER; i++) {
            EXP[i] = value;
            EXP[i + ORDER] = value;
            LOG[value] = i;
            value = (value << 1) ^ (value >= SIZE / 2 ? POLYNOMIAL : 0);
        }
    }

    private Field() {}

    static int power(int exponent) {
        return EXP[exponent % ORDER];
    }

    static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]];
    }

    static int invert(int a) {
        if (a == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return EXP[ORDER - LOG[a]];
    }
}
