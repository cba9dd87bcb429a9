package org.truckee.client.grid;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One upload or download: whoever carries it out tells it how far it is, whoever is curious asks for its [Progress].
/// Closing it ends it, as failed unless [#succeed] was called. Safe for use by any number of threads.
public final class Transfer implements AutoCloseable {
    /// The rate that is shown is that of at least this time.
    private static final Duration RATE_OVER = Duration.ofSeconds(2);

    /// Which way the bytes go.
    public enum Kind {
        UPLOAD,
        DOWNLOAD
    }

    /// How a transfer stands.
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        /// It failed, and the same is tried in another way.
        REPLACED
    }

    /// How a share of the file stands at a server.
    public enum ShareState {
        /// It was there before.
        HELD,
        /// Bytes are on their way.
        MOVING,
        /// An upload of it is complete.
        STORED,
        /// The server does not take it, or give it, any more.
        DROPPED
    }

    /// A share at a server; `server` is nickname and short id, `bytes` those of the share that were moved.
    public record Placement(int share, String server, ShareState state, long bytes) {}

    /// How far a transfer is. `bytes` of `size` are those of the file, `bytesPerSecond` is the rate of late, or of
    /// the whole transfer once it is over; `reason` is why it failed.
    public record Progress(
            Kind kind,
            Instant startedAt,
            Duration duration,
            long size,
            long bytes,
            State state,
            String via,
            long bytesPerSecond,
            List<Placement> placement,
            Optional<String> reason) {
        public Progress {
            placement = List.copyOf(placement);
        }
    }

    private record Place(int share, String server) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byShare = Integer.compare(share, other.share);
            return byShare != 0 ? byShare : server.compareTo(other.server);
        }
    }

    private final Transfers transfers;
    private final InstantSource clock;
    private final Kind kind;
    private final long size;
    private final String via;
    private final Instant startedAt;

    /// All below is guarded by this object's monitor.
    private final Map<Place, Placement> placement = new TreeMap<>();

    private long bytes;
    private Instant countedAt;
    private long countedBytes;
    private long rate;
    private State state = State.RUNNING;
    private Optional<Instant> endedAt = Optional.empty();
    private Optional<String> reason = Optional.empty();

    Transfer(Transfers transfers, InstantSource clock, Kind kind, long size, String via) {
        this.transfers = transfers;
        this.clock = clock;
        this.kind = kind;
        this.size = size;
        this.via = via;
        this.startedAt = clock.instant();
        this.countedAt = startedAt;
    }

    Kind kind() {
        return kind;
    }

    /// So many more bytes of the file are done with.
    public synchronized void moved(long more) {
        bytes += more;
        Duration since = Duration.between(countedAt, clock.instant());
        if (since.compareTo(RATE_OVER) >= 0) {
            rate = perSecond(bytes - countedBytes, since);
            countedAt = clock.instant();
            countedBytes = bytes;
        }
    }

    /// A share stands like this at a server now, and `more` of its bytes were moved.
    public synchronized void share(int share, GridServer server, ShareState now, long more) {
        var place = new Place(share, server.toString());
        Placement before = placement.get(place);
        long moved = before == null ? more : before.bytes() + more;
        placement.put(place, new Placement(share, place.server(), now, moved));
    }

    /// All is well: the transfer is over.
    public void succeed() {
        end(State.DONE, Optional.empty());
    }

    /// The transfer is over, and this is why.
    public void fail(String why) {
        end(State.FAILED, Optional.of(why));
    }

    /// The transfer is over, this is why, and another takes its place.
    public void failForAnother(String why) {
        end(State.REPLACED, Optional.of(why));
    }

    private void end(State end, Optional<String> why) {
        synchronized (this) {
            if (state != State.RUNNING) {
                return;
            }
            state = end;
            reason = why;
            endedAt = Optional.of(clock.instant());
        }
        transfers.ended(this);
    }

    /// How far it is.
    public synchronized Progress progress() {
        var duration = Duration.between(startedAt, endedAt.orElseGet(clock::instant));
        return new Progress(
                kind,
                startedAt,
                duration,
                size,
                bytes,
                state,
                via,
                bytesPerSecond(duration),
                List.copyOf(placement.values()),
                reason);
    }

    private long bytesPerSecond(Duration duration) {
        boolean young = duration.compareTo(RATE_OVER) < 0;
        if (endedAt.isPresent() || young) {
            return perSecond(bytes, duration);
        }
        Duration since = Duration.between(countedAt, clock.instant());
        return since.compareTo(RATE_OVER) < 0 ? rate : perSecond(bytes - countedBytes, since);
    }

    private static long perSecond(long bytes, Duration duration) {
        return Math.round(bytes / Math.max(0.001, duration.toNanos() / 1e9));
    }

    @Override
    public void close() {
        fail("given up");
    }
}
