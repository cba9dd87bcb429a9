package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The segments of one open file that were read last, and those that a reader who goes on will want next. Segments
/// lie in the memory that all transfers share: as many as it has room for, at least one.
/// Safe for use by any number of threads.
final class SegmentCache implements AutoCloseable {
    /// Segments that are fetched before they are asked for; a reader has to go on for a while to get so many.
    private static final int MOST_AHEAD = 8;

    /// Segments behind the reader that are kept.
    private static final int KEPT = 2;

    private static final Duration PAUSE = Duration.ofMillis(100);

    /// Fills memory with the contents of a segment.
    @FunctionalInterface
    interface Loading {
        void load(int segment, byte[] target) throws IOException;
    }

    private enum State {
        LOADING,
        READY,
        FAILED
    }

    /// A segment; all of it is guarded by the cache's monitor.
    private static final class Cached {
        private @Nullable SegmentBuffers memory;
        private State state = State.LOADING;
        private int users;
    }

    private final SegmentPool.Account memory;
    private final ExecutorService threads;
    private final Loading loading;

    /// All below is guarded by this object's monitor. Those used last stand last.
    private final Map<Integer, Cached> segments = new LinkedHashMap<>(16, 0.75f, true);

    private int last = -1;
    private int ahead;

    SegmentCache(SegmentPool.Account memory, ExecutorService threads, Loading loading) {
        this.memory = memory;
        this.threads = threads;
        this.loading = loading;
    }

    /// Copies bytes of a segment, from its `from`th on, to `target`.
    void copy(Segmentation segmentation, int segment, int from, byte[] target, int at, int length) throws IOException {
        Cached cached = use(segmentation, segment);
        try {
            SegmentBuffers bytes = cached.memory;
            if (bytes == null) {
                throw new IllegalStateException("segment " + segment + " is not there");
            }
            System.arraycopy(bytes.blocks()[0], from, target, at, length);
        } finally {
            leave(cached);
        }
    }

    /// The segment, which is there and stays until the caller leaves it.
    private Cached use(Segmentation segmentation, int segment) throws IOException {
        while (true) {
            Cached cached;
            boolean ours;
            synchronized (this) {
                cached = segments.get(segment);
                ours = cached == null;
                if (cached == null) {
                    cached = new Cached();
                    segments.put(segment, cached);
                }
                cached.users++;
                lookAhead(segmentation, segment);
            }
            if (ours) {
                load(segmentation, segment, cached, true);
                return cached;
            }
            if (isReady(cached)) {
                return cached;
            }
            leave(cached); // whoever loaded it could not, and we may
        }
    }

    private synchronized boolean isReady(Cached cached) throws InterruptedIOException {
        try {
            while (cached.state == State.LOADING) {
                wait();
            }
        } catch (InterruptedException e) {
            cached.users--;
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was read");
        }
        return cached.state == State.READY;
    }

    private synchronized void leave(Cached cached) {
        cached.users--;
        trim(KEPT + ahead, number -> number <= last || number > last + ahead);
    }

    /// Loads a segment into memory that is waited for if `wait`; otherwise, where there is none, not at all.
    private void load(Segmentation segmentation, int segment, Cached cached, boolean wait) throws IOException {
        boolean loaded = false;
        try {
            Optional<SegmentBuffers> room = room(segmentation, wait);
            if (room.isPresent()) {
                synchronized (this) {
                    cached.memory = room.get();
                }
                loading.load(segment, room.get().blocks()[0]);
                loaded = true;
            }
        } finally {
            loaded(segment, cached, loaded);
        }
    }

    private Optional<SegmentBuffers> room(Segmentation segmentation, boolean wait) throws IOException {
        while (true) {
            Optional<SegmentBuffers> room = memory.take(1, segmentation.segmentBytes(), wait ? PAUSE : Duration.ZERO);
            if (room.isPresent() || !wait) {
                return room;
            }
            synchronized (this) {
                trim(0, _ -> true);
            }
        }
    }

    private synchronized void loaded(int segment, Cached cached, boolean success) {
        cached.state = success ? State.READY : State.FAILED;
        if (!success) {
            segments.remove(segment, cached);
            free(cached);
        }
        notifyAll();
    }

    private static void free(Cached cached) {
        SegmentBuffers memory = cached.memory;
        if (memory != null) {
            memory.release();
        }
    }

    /// Lets go of what was used longest ago, down to so many segments, of those that `may` go and are not in use.
    /// Segments that were fetched before anybody asked for them look as if they had been used longest ago.
    private void trim(int most, IntPredicate may) {
        for (Iterator<Map.Entry<Integer, Cached>> all = segments.entrySet().iterator();
                segments.size() > most && all.hasNext(); ) {
            var entry = all.next();
            Cached cached = entry.getValue();
            if (cached.users == 0 && cached.state == State.READY && may.test(entry.getKey())) {
                all.remove();
                free(cached);
            }
        }
    }

    /// Starts to load what a reader of `segment` will want next if he goes on as before.
    private void lookAhead(Segmentation segmentation, int segment) {
        if (segment == last + 1) {
            ahead = Math.clamp(2L * ahead, 1, MOST_AHEAD);
        } else if (segment < last - 1 || segment > last + ahead) {
            ahead = 0;
        }
        last = segment;
        for (int next = segment + 1; next <= segment + ahead && next < segmentation.segments(); next++) {
            if (!segments.containsKey(next)) {
                start(segmentation, next);
            }
        }
    }

    private void start(Segmentation segmentation, int segment) {
        var cached = new Cached();
        segments.put(segment, cached);
        try {
            threads.execute(() -> {
                try {
                    load(segmentation, segment, cached, false);
                } catch (IOException | RuntimeException e) {
                    // whoever wants the segment tries again and is told
                }
            });
        } catch (RejectedExecutionException e) {
            segments.remove(segment); // the file is closed
            cached.state = State.FAILED;
        }
    }

    /// Gives all memory back.
    @Override
    public void close() {
        memory.close();
    }
}
