package org.truckee.client.grid;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks several servers the same thing at the same time.
public final class Together {
    /// The least time that anybody gets.
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// So many times as long as the slowest who answered.
    private static final int TIMES = 4;

    private Together() {}

    /// A question to one server.
    @FunctionalInterface
    public interface Question<K, V> {
        V ask(K whom) throws IOException;
    }

    /// What was heard, and why from some nothing was; both in the order of those asked.
    public record Answers<K, V>(Map<K, V> heard, Map<K, IOException> failed) {}

    /// Asks everybody on a virtual thread each and waits for all.
    public static <K, V> Answers<K, V> ask(Collection<K> everybody, Question<K, V> question) throws IOException {
        return ask(everybody, everybody.size(), question);
    }

    /// Asks everybody, and waits for the slow only as long as fewer than `enough` have answered: after that nobody
    /// gets more than a second, or four times as long as the slowest of those. The others are interrupted and count
    /// as failed.
    public static <K, V> Answers<K, V> ask(Collection<K> everybody, int enough, Question<K, V> question)
            throws IOException {
        Map<K, Future<V>> futures = new LinkedHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answering = new ExecutorCompletionService<V>(threads);
            for (K whom : everybody) {
                futures.put(whom, answering.submit(() -> question.ask(whom)));
            }
            try {
                awaitPrompt(answering, futures.size(), enough);
            } finally {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for servers");
        }
        return answers(futures);
    }

    private static <V> void awaitPrompt(ExecutorCompletionService<V> answering, int asked, int enough)
            throws InterruptedException {
        long start = System.nanoTime();
        long slowest = 0;
        int answered = 0;
        for (int over = 0; over < asked; over++) {
            long patience = answered < enough ? Long.MAX_VALUE : Math.max(LEAST_NANOS, TIMES * slowest);
            Future<V> next = answering.poll(patience - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            if (next.state() == Future.State.SUCCESS) {
                answered++;
                slowest = System.nanoTime() - start;
            }
        }
    }

    private static <K, V> Answers<K, V> answers(Map<K, Future<V>> futures) {
        var answers = new Answers<K, V>(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (var future : futures.entrySet()) {
            switch (future.getValue().state()) {
                case SUCCESS ->
                    answers.heard().put(future.getKey(), future.getValue().resultNow());
                case FAILED ->
                    answers.failed().put(future.getKey(), asIo(future.getValue().exceptionNow()));
                case CANCELLED, RUNNING -> answers.failed().put(future.getKey(), new IOException("it was given up"));
            }
        }
        return answers;
    }

    /// What made a task fail, if that was the world's fault; anything else is thrown on.
    public static IOException asIo(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case RuntimeException unexpected -> throw unexpected;
            case Error error -> throw error;
            case null, default -> new IOException("a request failed", cause);
        };
    }
}
