package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Together;

/// How long a helper is waited for: as long as, within any `window`, at least `leastBytes` move, or none of the
/// `others` answers either, so that it is our own line that is down; and, when the connection to it was lost, until
/// it is back, at most for `absence`.
record HelperPatience(Duration window, long leastBytes, Duration absence, KnownServers others) {
    private static final int OTHERS = 3;

    /// So many windows in a row a line may be down.
    private static final int DOWN = 4;

    /// A line that takes less than 6 kB/s would take hours for what helpers are asked to do.
    static HelperPatience usual(KnownServers others) {
        return new HelperPatience(Duration.ofSeconds(15), 96 << 10, Duration.ofSeconds(15), others);
    }

    /// For what need not happen.
    HelperPatience brief() {
        return new HelperPatience(window.dividedBy(8), leastBytes, Duration.ZERO, () -> List.of());
    }

    /// Does something with a helper that is over soon.
    <T> T within(Callable<T> question) throws IOException {
        return within(question, () -> 0);
    }

    /// Does something with a helper for as long as that moves bytes, so many so far.
    <T> T within(Callable<T> question, LongSupplier moved) throws IOException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> answer = threads.submit(question);
            try {
                return await(answer, moved);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private <T> T await(Future<T> answer, LongSupplier moved) throws IOException {
        int down = 0;
        for (long before = moved.getAsLong(); ; before = moved.getAsLong()) {
            try {
                return answer.get(window.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                long bytes = moved.getAsLong() - before;
                down = bytes < leastBytes ? down + 1 : 0;
                if (down > DOWN || (down > 0 && (others.connected().isEmpty() || anotherAnswers()))) {
                    throw new IOException(
                            "it took " + bytes + " bytes in " + window.toMillis() / 1e3 + " s, which is too slow");
                }
            } catch (ExecutionException e) {
                throw Together.asIo(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for a helper");
            }
        }
    }

    private boolean anotherAnswers() throws IOException {
        var few = others.connected().stream().limit(OTHERS).toList();
        return !Together.ask(few, 1, server -> server.storage().version())
                .heard()
                .isEmpty();
    }
}
