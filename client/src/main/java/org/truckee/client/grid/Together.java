package org.truckee.client.grid;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Asks several servers the same thing at the same time.
public final class Together {
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
        var futures = new LinkedHashMap<K, Future<V>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (K whom : everybody) {
                futures.put(whom, threads.submit(() -> question.ask(whom)));
            }
        }
        var answers = new Answers<K, V>(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (var future : futures.entrySet()) {
            try {
                answers.heard().put(future.getKey(), future.getValue().get());
            } catch (ExecutionException e) {
                answers.failed().put(future.getKey(), asIo(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for servers");
            }
        }
        return answers;
    }

    private static IOException asIo(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case RuntimeException unexpected -> throw unexpected;
            case Error error -> throw error;
            case null, default -> new IOException("a request failed", cause);
        };
    }
}
