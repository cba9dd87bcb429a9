package org.truckee.client.grid;

import java.time.Duration;

/// How fast a server has been of late, from which follows what can be expected of it.
/// Safe for use by any number of threads.
public final class ServerHistory {
    /// How much a new observation counts against all before.
    private static final double WEIGHT = 0.2;

    /// Bytes up to which the time of a read says how fast the server answers, not how fast bytes come.
    private static final int SHORT_BYTES = 16 << 10;

    /// All below is guarded by this object's monitor; nanoseconds, and nanoseconds per byte.
    private double answer;

    private double perByte;
    private boolean known;

    ServerHistory() {}

    /// A read of so many bytes took so long.
    public synchronized void read(long bytes, Duration took) {
        double nanos = took.toNanos();
        if (bytes <= SHORT_BYTES) {
            answer = known ? mixed(answer, nanos) : nanos;
            known = true;
        } else {
            perByte = perByte == 0 ? nanos / bytes : mixed(perByte, nanos / bytes);
        }
    }

    private static double mixed(double before, double now) {
        return before + WEIGHT * (now - before);
    }

    /// How long a read of so many bytes should take; zero where nothing is known.
    public synchronized Duration expected(long bytes) {
        return Duration.ofNanos(Math.round(answer + perByte * bytes));
    }
}
