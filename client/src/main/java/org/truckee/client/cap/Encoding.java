package org.truckee.client.cap;

/// How many shares give a file back, and how many there are.
public record Encoding(int required, int total) {
    /// Share numbers fit into a byte.
    public static final int MAX_TOTAL = 256;

    public Encoding {
        if (!isPossible(required, total)) {
            throw new IllegalArgumentException(
                    "need 1 <= required <= total <= " + MAX_TOTAL + ", got " + required + " of " + total);
        }
    }

    static boolean isPossible(long required, long total) {
        return required >= 1 && required <= total && total <= MAX_TOTAL;
    }

    @Override
    public String toString() {
        return required + "-of-" + total;
    }
}
