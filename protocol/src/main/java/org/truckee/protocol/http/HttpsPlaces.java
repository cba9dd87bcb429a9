package org.truckee.protocol.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One server at whichever of its addresses it answers. Safe for use by any number of threads.
public final class HttpsPlaces implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final List<HttpsClient> places;
    private final Probe probe;

    /// Where it answered, until it does not.
    private volatile @Nullable HttpsClient reached;

    /// Finds out whether the server is there.
    @FunctionalInterface
    public interface Probe {
        void of(HttpsClient place) throws IOException;
    }

    public HttpsPlaces(List<HttpsClient> places, Probe probe) {
        this.places = List.copyOf(places);
        this.probe = probe;
    }

    /// Asks it something; where the connection fails the addresses are tried again the next time.
    public <T> T ask(SideBySide.Question<HttpsClient, T> question) throws IOException {
        HttpsClient place = reached();
        try {
            return question.ask(place);
        } catch (IOException e) {
            reached = null;
            throw e;
        }
    }

    /// Where it answers.
    public HttpsClient reached() throws IOException {
        HttpsClient known = reached;
        if (known == null) {
            known = places.size() == 1 ? places.getFirst() : find();
            reached = known;
        }
        return known;
    }

    private HttpsClient find() throws IOException {
        try {
            var outcome = SideBySide.ask(places, PATIENCE, place -> {
                probe.of(place);
                return place;
            });
            Optional<HttpsClient> first = outcome.first().map(SideBySide.Heard::place);
            return first.orElseThrow(() -> new IOException(outcome.failed().values().stream()
                    .map(Throwable::getMessage)
                    .collect(Collectors.joining("; "))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while looking for a server");
        }
    }

    @Override
    public void close() {
        places.forEach(HttpsClient::close);
    }
}
