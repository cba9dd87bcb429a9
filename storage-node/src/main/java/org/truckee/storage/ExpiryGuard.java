package org.truckee.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether leases may be let go at all. Not for a month after the clock jumped by more than a day, or the node was
/// away for so long: whoever still wants a share renews its lease in that time. And not while nobody has renewed any
/// lease for 30 days: a gateway that was lost is no reason to lose its files. Safe for use by several threads at
/// once.
final class ExpiryGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryGuard.class);
    private static final Duration JUMP = Duration.ofDays(1);
    private static final Duration PAUSE = Lease.TERM;
    private static final Duration SILENCE = Duration.ofDays(30);

    private final InstantSource clock;
    private final LongSupplier nanos;

    /// Everything below is guarded by the monitor.
    private Instant pausedUntil;

    private Instant latestRenewal;
    private Instant seenAt;
    private long seenNanos;

    /// Goes on from what an earlier process saw.
    static ExpiryGuard of(CrawlerState state, InstantSource clock, LongSupplier nanos) {
        return new ExpiryGuard(
                clock,
                nanos,
                Instant.ofEpochSecond(state.pausedUntil()),
                Instant.ofEpochSecond(state.latestRenewal()),
                Instant.ofEpochSecond(state.seenAt()));
    }

    private ExpiryGuard(
            InstantSource clock, LongSupplier nanos, Instant pausedUntil, Instant latestRenewal, Instant seenAt) {
        this.clock = clock;
        this.nanos = nanos;
        this.pausedUntil = pausedUntil;
        this.latestRenewal = latestRenewal;
        this.seenAt = seenAt;
        this.seenNanos = nanos.getAsLong();
        look();
    }

    /// Compares the clock with the time that went by. To be called often.
    synchronized void look() {
        Instant now = clock.instant();
        long nanosNow = nanos.getAsLong();
        Duration jump = Duration.between(seenAt, now).minusNanos(nanosNow - seenNanos);
        if (jump.abs().compareTo(JUMP) > 0) {
            pausedUntil = now.plus(PAUSE);
            LOG.atWarn().addKeyValue("days", jump.toDays()).log("the clock jumped, or the node was away");
        }
        seenAt = now;
        seenNanos = nanosNow;
    }

    /// A lease was begun or renewed; what a wrong clock left in the future says nothing.
    synchronized void renewed(Instant at) {
        if (at.isAfter(latestRenewal) && !at.isAfter(clock.instant())) {
            latestRenewal = at;
        }
    }

    synchronized Instant pausedUntil() {
        return pausedUntil;
    }

    synchronized Instant latestRenewal() {
        return latestRenewal;
    }

    /// Why no lease may be let go now, if that is so.
    synchronized Optional<String> objection() {
        look();
        if (seenAt.isBefore(pausedUntil)) {
            return Optional.of("the clock jumped by more than a day, or the node was away for so long: nothing ends "
                    + "before "
                    + pausedUntil.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10));
        }
        if (latestRenewal.plus(SILENCE).isBefore(seenAt)) {
            return Optional.of("no lease was begun or renewed here in the last 30 days: nothing ends until one is");
        }
        return Optional.empty();
    }
}
