package org.truckee.client.grid;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.helper.HelperClient;

/// A helper that is asked every few seconds whether it is there, so that nobody waits for one that is not. One that
/// failed somebody is left alone for a while, longer each time. Safe for use by any number of threads.
public final class KnownHelper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownHelper.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final Duration FIRST_PENALTY = Duration.ofSeconds(15);
    private static final int MOST_DOUBLINGS = 8;

    private final String name;
    private final boolean isConfigured;
    private final HelperClient client;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// These are guarded by this object's monitor.
    private boolean isConnected;

    private String address = "";
    private Optional<Instant> since = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Instant unusedUntil = Instant.MIN;
    private int failures;

    private KnownHelper(String name, boolean isConfigured, HelperClient client, InstantSource clock) {
        this.name = name;
        this.isConfigured = isConfigured;
        this.client = client;
        this.clock = clock;
    }

    /// Begins to ask; the client is closed with it.
    static KnownHelper track(String name, boolean isConfigured, HelperClient client, InstantSource clock) {
        var helper = new KnownHelper(name, isConfigured, client, clock);
        Thread.ofVirtual().name("helper " + name).start(helper::run);
        return helper;
    }

    /// What it is called, as in messages for people.
    public String name() {
        return name;
    }

    /// Whether its address was given, not only announced.
    boolean isConfigured() {
        return isConfigured;
    }

    public HelperClient client() {
        return client;
    }

    synchronized boolean isConnected() {
        return isConnected;
    }

    /// Whether it is there and has not failed of late.
    synchronized boolean isUsable() {
        return isConnected && !clock.instant().isBefore(unusedUntil);
    }

    /// It did not do what it was to do, and this is why.
    public synchronized void failed(String why) {
        Duration penalty = FIRST_PENALTY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        unusedUntil = clock.instant().plus(penalty);
        failure = Optional.of(why);
        LOG.atWarn().addKeyValue("helper", name).addKeyValue("reason", why).log("a helper is not used for a while");
    }

    /// It did.
    public synchronized void succeeded() {
        failures = 0;
        failure = Optional.empty();
    }

    synchronized HelperStatus status() {
        return new HelperStatus(name, address, isConnected, since, failure);
    }

    private void run() {
        try {
            do {
                ask();
            } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try {
            String answeredAt = client.version().toString();
            heard(answeredAt);
        } catch (IOException | RuntimeException e) {
            unheard(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private synchronized void heard(String answeredAt) {
        address = answeredAt;
        if (!isConnected) {
            isConnected = true;
            since = Optional.of(clock.instant());
            failure = Optional.empty();
        }
    }

    private synchronized void unheard(String why) {
        if (isConnected || since.isEmpty()) {
            since = Optional.of(clock.instant());
        }
        isConnected = false;
        failure = Optional.of(why);
    }

    @Override
    public void close() {
        closed.countDown();
        client.close();
    }
}
