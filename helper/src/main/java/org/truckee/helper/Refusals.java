package org.truckee.helper;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What was refused of late, and why. Safe for use by any number of threads.
final class Refusals {
    private static final int RECENT = 20;

    private final InstantSource clock;

    /// Guarded by this object's monitor; the last first.
    private final Deque<Refusal> recent = new ArrayDeque<>();

    private long count;

    Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /// One client was refused something.
    record Refusal(Instant at, ClientName client, String reason) {}

    synchronized void add(ClientName client, String reason) {
        count++;
        recent.addFirst(new Refusal(clock.instant(), client, reason));
        if (recent.size() > RECENT) {
            recent.removeLast();
        }
    }

    /// The last ones, the latest first.
    synchronized List<Refusal> recent() {
        return List.copyOf(recent);
    }

    /// All since the start.
    synchronized long count() {
        return count;
    }
}
