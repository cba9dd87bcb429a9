package org.truckee.protocol.storage;

import java.util.Random;

/// Which calls a fault strikes: asked for each one that may be struck, with its number from 1 on.
@FunctionalInterface
public interface Schedule {
    boolean strikes(int call);

    static Schedule always() {
        return _ -> true;
    }

    /// One call alone, `nth(1)` the next.
    static Schedule nth(int number) {
        return call -> call == number;
    }

    /// All calls from this one on.
    static Schedule from(int number) {
        return call -> call >= number;
    }

    /// About `percent` of a hundred calls, the same ones for the same seed.
    static Schedule seeded(long seed, int percent) {
        var random = new Random(seed);
        return _ -> random.nextInt(100) < percent;
    }
}
