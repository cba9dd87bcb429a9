package org.truckee.client.grid;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.ServerSources.Source;
import org.truckee.crypto.Location;
import org.truckee.protocol.introducer.AnnouncementCache;
import org.truckee.protocol.introducer.AnnouncementCache.Heard;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.SignedAnnouncement;

/// An introducer that is listened to, and what it told before where it cannot be asked.
final class FollowedIntroducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedIntroducer.class);
    private static final Duration POLL = Duration.ofSeconds(50);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /// Takes what was announced; says whether that holds.
    @FunctionalInterface
    interface Taker {
        boolean take(SignedAnnouncement signed, Instant at);
    }

    /// Since when the introducer answers, or since when and why it does not.
    private record Reach(Optional<Instant> since, Optional<String> failure) {}

    private final String name;
    private final Location location;
    private final IntroducerClient client;
    private final AnnouncementCache cache;
    private final String service;
    private final InstantSource clock;
    private final Taker taker;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// By key; of one thread.
    private final Map<String, Heard> held = new LinkedHashMap<>();

    private volatile Reach reach = new Reach(Optional.empty(), Optional.of("not asked yet"));

    private FollowedIntroducer(
            String name, Source source, IntroducerClient client, String service, InstantSource clock, Taker taker) {
        this.name = name;
        this.location = source.furl().locations().getFirst();
        this.client = client;
        this.cache = source.cache();
        this.service = service;
        this.clock = clock;
        this.taker = taker;
    }

    /// Hands all that is and was announced for `service` to `taker` until closed.
    static FollowedIntroducer follow(
            EventLoopGroup loops, String name, Source source, String service, InstantSource clock, Taker taker) {
        var client = IntroducerClient.at(loops, source.furl());
        var introducer = new FollowedIntroducer(name, source, client, service, clock, taker);
        Thread.ofVirtual().name("introducer " + name).start(introducer::listen);
        return introducer;
    }

    IntroducerStatus status() {
        Reach now = reach;
        return new IntroducerStatus(name, location, now.since(), now.failure());
    }

    private void listen() {
        try {
            readCache();
            String cursor = "";
            Duration pause = FIRST_RETRY;
            while (closed.getCount() > 0) {
                try {
                    // the first question is answered at once, so that one sees early whether anybody is there
                    var news = client.poll(service, cursor, cursor.isEmpty() ? Duration.ZERO : POLL);
                    reached();
                    take(news.announcements());
                    cursor = news.cursor();
                    pause = FIRST_RETRY;
                } catch (IOException | RuntimeException e) {
                    missed(Objects.requireNonNullElse(e.getMessage(), e.toString()));
                    closed.await(jittered(pause), TimeUnit.MILLISECONDS);
                    pause = pause.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause.multipliedBy(2);
                    cursor = "";
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reached() {
        if (reach.failure().isPresent()) {
            reach = new Reach(Optional.of(clock.instant()), Optional.empty());
        }
    }

    private void missed(String failure) {
        boolean isNew = !reach.failure().equals(Optional.of(failure));
        if (isNew && closed.getCount() > 0) {
            Optional<Instant> since = reach.failure().isPresent() ? reach.since() : Optional.of(clock.instant());
            reach = new Reach(since.or(() -> Optional.of(clock.instant())), Optional.of(failure));
            LOG.atWarn()
                    .addKeyValue("introducer", name)
                    .addKeyValue("reason", failure)
                    .log("the introducer cannot be asked");
        }
    }

    private void readCache() {
        try {
            for (Heard heard : cache.read()) {
                if (taker.take(heard.signed(), heard.at())) {
                    held.put(key(heard.signed()), heard);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("introducer", name)
                    .addKeyValue("reason", e)
                    .log("the cache cannot be read");
        }
    }

    private void take(List<SignedAnnouncement> news) {
        boolean changed = false;
        for (SignedAnnouncement signed : news) {
            Heard before = held.get(key(signed));
            boolean isNew = before == null || !before.signed().equals(signed);
            if (isNew && taker.take(signed, clock.instant())) {
                held.put(key(signed), new Heard(signed, clock.instant()));
                changed = true;
            }
        }
        if (changed) {
            remember();
        }
    }

    private void remember() {
        try {
            cache.write(held.values());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("introducer", name)
                    .addKeyValue("reason", e)
                    .log("what the introducer said cannot be remembered for the next start");
        }
    }

    private static String key(SignedAnnouncement signed) {
        return new String(signed.key(), UTF_8);
    }

    private static long jittered(Duration pause) {
        return (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1));
    }

    @Override
    public void close() {
        closed.countDown();
        client.close();
    }
}
