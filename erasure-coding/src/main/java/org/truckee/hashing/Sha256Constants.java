package org.truckee.hashing;

import java.math.BigInteger;
import java.util.stream.IntStream;

/// The constants of FIPS 180-4: the first 32 bits of the fractional parts of roots of the first primes.
final class Sha256Constants {
    private static final int BITS = 32;

    /// Square roots of 8 primes.
    static final int[] START = primes(8).map(prime -> fraction(prime, 2)).toArray();

    /// Cube roots of 64 primes.
    static final int[] ROUND = primes(64).map(prime -> fraction(prime, 3)).toArray();

    private Sha256Constants() {}

    private static IntStream primes(int count) {
        return IntStream.iterate(2, i -> i + 1)
                .filter(i -> IntStream.range(2, i).noneMatch(divisor -> i % divisor == 0))
                .limit(count);
    }

    /// By bisection of `root^degree <= value`, with 32 bits behind the point.
    private static int fraction(int value, int degree) {
        var scaled = BigInteger.valueOf(value).shiftLeft(degree * BITS);
        var root = BigInteger.ZERO;
        for (int bit = BITS + Byte.SIZE; bit >= 0; bit--) {
            var larger = root.setBit(bit);
            root = larger.pow(degree).compareTo(scaled) <= 0 ? larger : root;
        }
        return root.intValue();
    }
}
