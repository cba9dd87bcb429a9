package org.truckee.client.grid;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/// A bound on the bytes that pass per second, for all who share it. Whoever takes bytes waits until they may pass;
/// those who take little wait little. Safe for use by any number of threads.
public final class Rate {
    /// What may pass at once after a pause, in nanoseconds of the rate.
    private static final long BURST = TimeUnit.MILLISECONDS.toNanos(100);

    /// Bytes that are taken at a time, so that many can take turns.
    private static final int TURN = 8 << 10;

    private final long bytesPerSecond;

    /// When the next bytes may pass, of [System#nanoTime]; guarded by this object's monitor.
    private long free = System.nanoTime();

    private Rate(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /// At most so many bytes per second; 0 for any number.
    public static Rate of(long bytesPerSecond) {
        return new Rate(bytesPerSecond);
    }

    public static Rate unlimited() {
        return new Rate(0);
    }

    /// The part of `bytes` that should be taken at a time.
    public int turn(int bytes) {
        return bytesPerSecond == 0 ? bytes : Math.min(bytes, TURN);
    }

    /// Waits until so many bytes may pass.
    public void take(long bytes) throws InterruptedIOException {
        if (bytesPerSecond == 0) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(reserve(bytes));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a turn on the line");
        }
    }

    private synchronized long reserve(long bytes) {
        long now = System.nanoTime();
        free = Math.max(free, now - BURST);
        long wait = free - now;
        free += Math.round(bytes * 1e9 / bytesPerSecond);
        return wait;
    }
}
