package org.truckee.protocol.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Asks several places the same thing at the same time; the first that answers is enough.
public final class SideBySide {
    private SideBySide() {}

    /// A question to one place.
    @FunctionalInterface
    public interface Question<P, V> {
        V ask(P place) throws IOException;
    }

    /// Who answered first and what; and why those that failed before did, in the order in which they did.
    public record Outcome<P, V>(Optional<Heard<P, V>> first, Map<P, Throwable> failed) {}

    /// A place and its answer.
    public record Heard<P, V>(P place, V answer) {}

    private sealed interface Result<P, V> {}

    private record Success<P, V>(Heard<P, V> heard) implements Result<P, V> {}

    private record Failure<P, V>(P place, Throwable reason) implements Result<P, V> {}

    /// Returns with the first answer, when all have failed, or after `patience`; then those still asked are
    /// interrupted.
    public static <P, V> Outcome<P, V> ask(Collection<P> places, Duration patience, Question<P, V> question)
            throws InterruptedException {
        var results = new LinkedBlockingQueue<Result<P, V>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (P place : places) {
                threads.execute(() -> results.add(result(place, question)));
            }
            try {
                return firstOf(results, places, patience);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static <P, V> Result<P, V> result(P place, Question<P, V> question) {
        try {
            return new Success<>(new Heard<>(place, question.ask(place)));
        } catch (IOException | RuntimeException e) {
            return new Failure<>(place, e);
        }
    }

    private static <P, V> Outcome<P, V> firstOf(
            BlockingQueue<Result<P, V>> results, Collection<P> places, Duration patience) throws InterruptedException {
        Map<P, Throwable> failed = new LinkedHashMap<>();
        long end = System.nanoTime() + patience.toNanos();
        while (failed.size() < places.size()) {
            switch (results.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                case Success<P, V>(var heard) -> {
                    return new Outcome<>(Optional.of(heard), failed);
                }
                case Failure<P, V>(P place, Throwable reason) -> failed.put(place, reason);
                case null -> {
                    var silence = new SilenceException("no answer within " + patience.toSeconds() + " s");
                    places.forEach(place -> failed.putIfAbsent(place, silence));
                }
            }
        }
        return new Outcome<>(Optional.empty(), failed);
    }
}
