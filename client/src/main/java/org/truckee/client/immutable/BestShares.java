package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.truckee.client.grid.GridServer;
import org.truckee.client.share.NotEnoughSharesException;

/// Reads something from several shares at once until so many different ones have given it. A share that fails is
/// replaced; one that takes longer than its server's history lets expect gets company, and the first wins.
/// Belongs to one thread, which waits on the monitor of the shares.
///
/// @param <T> what is read from a share
final class BestShares<T> {
    /// A share is not late before that.
    private static final Duration LEAST = Duration.ofMillis(100);

    /// What is expected of a server of which nothing is known.
    private static final Duration UNKNOWN = Duration.ofMillis(300);

    /// A share is late when it takes so many times as long as expected.
    private static final int LATE = 3;

    /// What is read from a share; on a thread of its own, which is interrupted when it is not needed any more.
    @FunctionalInterface
    interface Reading<T> {
        T read(FoundShare share) throws IOException;
    }

    private static final class Attempt<T> {
        private final FoundShare share;
        private final long since = System.nanoTime();
        private final long expectedNanos;
        private boolean hedged;
        private boolean over;
        private @Nullable T result;
        private @Nullable IOException failure;
        private @Nullable Future<?> running;

        Attempt(FoundShare share, long bytes) {
            this.share = share;
            this.expectedNanos = share.expected(bytes).toNanos();
        }
    }

    private final FoundShares shares;
    private final ExecutorService threads;
    private final Advisories advisories;
    private final int needed;
    private final long bytes;
    private final Reading<T> reading;
    private final Set<FoundShare> tried = new HashSet<>();

    /// Those that gave something wrong: asked again they give the same.
    private final Set<FoundShare> refused = new HashSet<>();

    private final List<Attempt<T>> running = new ArrayList<>();
    private final Map<Integer, Attempt<T>> results = new TreeMap<>();
    private long slowestNanos;
    private boolean lookedAgain;

    /// `needed` different shares, of which `bytes` each are read.
    BestShares(
            FoundShares shares,
            ExecutorService threads,
            Advisories advisories,
            int needed,
            long bytes,
            Reading<T> reading) {
        this.shares = shares;
        this.threads = threads;
        this.advisories = advisories;
        this.needed = needed;
        this.bytes = bytes;
        this.reading = reading;
    }

    /// What the first `needed` different shares gave, by share number. At first `atOnce` are asked; those that are
    /// not needed any more are left to themselves if `letOthersEnd`, and else interrupted. Called again after
    /// [#refuse], it has others in place of what was refused.
    ///
    /// @throws NotEnoughSharesException if there are no such shares
    Map<Integer, T> get(int atOnce, boolean letOthersEnd) throws IOException {
        try {
            synchronized (shares) {
                int wanted = atOnce;
                while (results.size() < needed) {
                    start(Math.max(wanted, needed) - results.size());
                    if (running.isEmpty() && !shares.isLooking()) {
                        failOrLookAgain();
                    } else {
                        await();
                        collect();
                        wanted = needed;
                    }
                }
                return results();
            }
        } finally {
            end(letOthersEnd);
        }
    }

    /// No more than are needed: a late share and its company may have come together.
    private Map<Integer, T> results() {
        Map<Integer, T> given = new TreeMap<>();
        results.entrySet().stream()
                .limit(needed)
                .forEach(result -> given.put(result.getKey(), required(result.getValue().result)));
        return given;
    }

    private static <T> T required(@Nullable T result) {
        if (result == null) {
            throw new IllegalStateException("an attempt without a result is none of the results");
        }
        return result;
    }

    /// What this share gave turned out to be wrong.
    void refuse(int share, IOException why) {
        Attempt<T> attempt = results.remove(share);
        if (attempt != null) {
            refused.add(attempt.share);
            fail(attempt, why);
        }
    }

    private void fail(Attempt<T> attempt, IOException why) {
        attempt.share.failed(why);
        advisories.tell(attempt.share, why);
    }

    /// Has so many shares read, of different numbers as long as there are.
    private void start(int wanted) throws IOException {
        long onTime = running.stream().filter(attempt -> !attempt.hedged).count();
        for (long missing = wanted - onTime; missing > 0; missing--) {
            Optional<FoundShare> next = next();
            if (next.isEmpty()) {
                shares.look();
                return;
            }
            start(next.get());
        }
    }

    private Optional<FoundShare> next() {
        Set<Integer> taken = new HashSet<>(results.keySet());
        List<GridServer> busy = new ArrayList<>();
        for (var attempt : running) {
            busy.add(attempt.share.server());
            if (!attempt.hedged) {
                taken.add(attempt.share.share());
            }
        }
        return shares.next(tried, taken, busy, bytes);
    }

    private void start(FoundShare share) throws IOException {
        var attempt = new Attempt<T>(share, bytes);
        tried.add(share);
        try {
            attempt.running = threads.submit(() -> run(attempt));
        } catch (RejectedExecutionException e) {
            throw new IOException("the file was closed while it was read", e);
        }
        running.add(attempt);
    }

    private void run(Attempt<T> attempt) {
        T result = null;
        IOException failure = null;
        try {
            result = reading.read(attempt.share);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = unreadable(e);
        } finally {
            over(attempt, result, failure);
        }
    }

    private static IOException unreadable(@Nullable Throwable cause) {
        return new IOException("a share could not be read", cause);
    }

    private void over(Attempt<T> attempt, @Nullable T result, @Nullable IOException failure) {
        synchronized (shares) {
            attempt.result = result;
            attempt.failure = failure;
            attempt.over = true;
            shares.notifyAll();
        }
    }

    /// Waits until something may have changed: an attempt is over or late, or a share was found.
    private void await() throws InterruptedIOException {
        long now = System.nanoTime();
        long nanos = Long.MAX_VALUE;
        for (var attempt : running) {
            if (attempt.over) {
                return;
            }
            if (!attempt.hedged) {
                nanos = Math.min(nanos, attempt.since + lateNanos(attempt) - now);
            }
        }
        try {
            if (nanos == Long.MAX_VALUE) {
                shares.wait();
            } else if (nanos > 0) {
                shares.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was read");
        }
    }

    /// When an attempt is late. What is not known of its server is what others have just taken.
    private long lateNanos(Attempt<T> attempt) {
        long others = slowestNanos == 0 ? UNKNOWN.toNanos() : slowestNanos;
        return Math.max(LEAST.toNanos(), LATE * (attempt.expectedNanos == 0 ? others : attempt.expectedNanos));
    }

    private void collect() {
        long now = System.nanoTime();
        for (Iterator<Attempt<T>> all = running.iterator(); all.hasNext(); ) {
            var attempt = all.next();
            if (attempt.over) {
                all.remove();
                take(attempt);
            } else if (!attempt.hedged && now - attempt.since >= lateNanos(attempt)) {
                attempt.hedged = true;
            }
        }
    }

    private void take(Attempt<T> attempt) {
        if (attempt.result != null) {
            attempt.share.succeeded();
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - attempt.since);
            results.putIfAbsent(attempt.share.share(), attempt);
        } else {
            fail(attempt, attempt.failure == null ? unreadable(null) : attempt.failure);
        }
    }

    /// Everything known was tried. Once, everything that did not lie is tried again, and servers that have come since
    /// are asked.
    private void failOrLookAgain() throws NotEnoughSharesException {
        if (lookedAgain) {
            throw new NotEnoughSharesException("the file needs " + shares.required() + " different shares and only "
                    + results.size() + " can be had: " + shares.inWords());
        }
        lookedAgain = true;
        tried.removeIf(share -> !share.lies() && !refused.contains(share));
        shares.lookAgain();
    }

    /// What was slower than others is remembered against its server.
    private void end(boolean letOthersEnd) {
        var servers = new HashMap<GridServer, Long>();
        synchronized (shares) {
            for (var attempt : running) {
                Future<?> future = attempt.running;
                if (!letOthersEnd && future != null) {
                    future.cancel(true);
                }
                if (attempt.hedged && !attempt.over) {
                    servers.put(attempt.share.server(), System.nanoTime() - attempt.since);
                }
                tried.remove(attempt.share);
            }
            running.clear();
        }
        servers.forEach((server, nanos) -> server.history().read(bytes, Duration.ofNanos(nanos)));
    }
}
