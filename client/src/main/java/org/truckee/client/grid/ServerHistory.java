package org.truckee.client.grid;

import java.time.Duration;

/// How fast a server has been of late, from which follows what can be expected of it.
/// Safe for use by any number of threads.
public final class ServerHistory {
    /// How much a new observation counts against all before.
    private static final double WEIGHT = 0.2;

    /// Bytes up to which the time of a read says how fast the server answers, not how fast bytes come.
    private static final int SHORT_BYTES = 16 << 10;

    /// What was observed so long ago counts half.
    private static final double HALF_NANOS = 60e9;

    /// All below is guarded by this object's monitor; nanoseconds, and nanoseconds per byte.
    private double answer;

    private double perByte;
    private long observedAt;

    ServerHistory() {}

    /// A read of so many bytes took so long.
    public synchronized void read(long bytes, Duration took) {
        double nanos = took.toNanos();
        observedAt = System.nanoTime();
        if (bytes <= SHORT_BYTES) {
            answer = mixed(answer, nanos);
        } else {
            perByte = mixed(perByte, nanos / bytes);
        }
    }

    private static double mixed(double before, double now) {
        return before == 0 ? now : before + WEIGHT * (now - before);
    }

    /// How long a read of so many bytes should take; zero where nothing is known. A server that was slow is thought
    /// better of as time goes by, so that it is tried again.
    public synchronized Duration expected(long bytes) {
        double faded = Math.pow(0.5, (System.nanoTime() - observedAt) / HALF_NANOS);
        return Duration.ofNanos(Math.round(faded * (answer + perByte * bytes)));
    }
}
