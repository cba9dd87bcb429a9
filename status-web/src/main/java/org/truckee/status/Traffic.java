package org.truckee.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/// What a gateway moved and what was free, over the last hour. Safe for use by several threads.
final class Traffic {
    /// Between two samples.
    static final Duration STEP = Duration.ofSeconds(10);

    private static final int SAMPLES = 361;

    /// At some time: bytes moved since the start, and bytes free.
    record Sample(Instant at, long uploaded, long downloaded, OptionalLong free) {}

    /// Guarded by itself; the oldest first.
    private final Deque<Sample> samples = new ArrayDeque<>();

    void add(Sample sample) {
        synchronized (samples) {
            samples.addLast(sample);
            if (samples.size() > SAMPLES) {
                samples.removeFirst();
            }
        }
    }

    List<Sample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }
}
