package org.truckee.calibration;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The fastest of several candidates that do the same, on the machine and Java at hand.
///
/// It is one that is fast enough at once until a good deal of work was done; then a daemon thread compiles, checks
/// and times the others, which cannot be trusted untried: vector code is thousands of times slower than usual
/// wherever the compiler does not turn it into vector instructions. It rests most of the time, so that the work that
/// it is to speed up goes on meanwhile. Safe for use by any number of threads.
///
/// @param <T> a candidate
public final class Fastest<T> {
    /// Work that is not worth a calibration, in bytes.
    private static final long SMALL_WORK = 32 << 20;

    /// How long a candidate is run at least, in processor time.
    private static final long MIN_NANOS = 300_000_000;

    private static final long MAX_NANOS = 3_000_000_000L;

    /// A candidate is run for so long at a time, if a trial is not longer, and rests for so many times as long, in
    /// which the compiler is done with it even on a busy machine.
    private static final long TURN_NANOS = 5_000_000;

    private static final int REST = 4;

    /// Held by the one who tries candidates, of whatever kind: beside each other they would take too much, and time
    /// each other.
    private static final Lock TRIALS = new ReentrantLock();

    private final Supplier<Stream<T>> candidates;
    private final Function<T, byte[]> trial;
    private final double factor;
    private final AtomicLong work = new AtomicLong();
    private volatile boolean settled;
    private volatile T current;

    /// `trial` runs a candidate for about 0.1 ms and gives what it computed, which has to be what `first` computes.
    /// The first of `candidates` that takes at most `1 / factor` of the time of `first` replaces it.
    public Fastest(T first, Supplier<Stream<T>> candidates, Function<T, byte[]> trial, double factor) {
        this.current = first;
        this.candidates = candidates;
        this.trial = trial;
        this.factor = factor;
    }

    /// The best known so far, to be used now for so many bytes.
    public T forWork(long bytes) {
        long before = work.getAndAdd(bytes);
        if (before < SMALL_WORK && before + bytes >= SMALL_WORK) {
            Thread.ofPlatform().daemon().name("calibration").start(this::settle);
        }
        return current;
    }

    /// Waits until as many candidates have been tried as is needed, and gives the one in use from then on.
    public T settle() {
        TRIALS.lock();
        try {
            if (!settled) {
                current = chosen();
                settled = true;
            }
        } finally {
            TRIALS.unlock();
        }
        return current;
    }

    private T chosen() {
        T first = current;
        byte[] expected = trial.apply(first);
        long limit = (long) (nanos(first, expected).orElseThrow() / factor);
        try (Stream<T> others = candidates.get()) {
            return others.filter(
                            candidate -> nanos(candidate, expected).stream().anyMatch(nanos -> nanos <= limit))
                    .findFirst()
                    .orElse(first);
        }
    }

    /// The shortest time of a trial, tried until the last improvement is long ago; empty if it computes something
    /// else.
    private OptionalLong nanos(T candidate, byte[] expected) {
        long best = MAX_NANOS;
        long start = processorTime();
        long rested = start;
        long improved = 0;
        long elapsed = 0;
        while (elapsed < MIN_NANOS || (elapsed < 2 * improved && elapsed < MAX_NANOS)) {
            long before = System.nanoTime();
            byte[] result = trial.apply(candidate);
            long nanos = System.nanoTime() - before;
            if (!Arrays.equals(result, expected)) {
                return OptionalLong.empty();
            }
            long now = processorTime();
            elapsed = now - start;
            improved = 10 * nanos < 9 * best ? elapsed : improved;
            best = Math.min(best, nanos);
            if (now - rested >= TURN_NANOS) {
                LockSupport.parkNanos(REST * (now - rested));
                rested = now;
            }
        }
        return OptionalLong.of(best);
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
