package org.truckee.protocol.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// A clock that goes when it is told to, and what a monotonic one shows meanwhile.
public final class SteppingClock implements InstantSource {
    private Instant now;
    private long nanos;

    public SteppingClock(Instant begin) {
        this.now = begin;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /// The monotonic clock.
    public LongSupplier nanos() {
        return this::monotonic;
    }

    private synchronized long monotonic() {
        return nanos;
    }

    /// Time goes by.
    public synchronized void advance(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    /// Somebody sets the clock; no time goes by.
    public synchronized void jump(Duration by) {
        now = now.plus(by);
    }
}
