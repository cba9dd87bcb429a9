package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.SignedAnnouncement;

/// An introducer that is listened to.
final class FollowedIntroducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedIntroducer.class);
    private static final Duration POLL = Duration.ofSeconds(50);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    private final String name;
    private final IntroducerClient client;
    private final Consumer<SignedAnnouncement> taker;
    private final CountDownLatch closed = new CountDownLatch(1);

    private FollowedIntroducer(String name, IntroducerClient client, Consumer<SignedAnnouncement> taker) {
        this.name = name;
        this.client = client;
        this.taker = taker;
    }

    /// Hands all that is announced to `taker` until closed.
    static FollowedIntroducer follow(EventLoopGroup loops, String name, Furl furl, Consumer<SignedAnnouncement> taker) {
        var introducer = new FollowedIntroducer(name, IntroducerClient.at(loops, furl), taker);
        Thread.ofVirtual().name("introducer " + name).start(introducer::listen);
        return introducer;
    }

    private void listen() {
        String cursor = "";
        Duration pause = FIRST_RETRY;
        String failure = "";
        try {
            while (closed.getCount() > 0) {
                try {
                    var news = client.poll(Announcement.STORAGE, cursor, POLL);
                    news.announcements().forEach(taker);
                    cursor = news.cursor();
                    pause = FIRST_RETRY;
                    failure = "";
                } catch (IOException | RuntimeException e) {
                    if (closed.getCount() > 0 && !failure.equals(e.toString())) {
                        failure = e.toString();
                        LOG.atWarn()
                                .addKeyValue("introducer", name)
                                .addKeyValue("reason", failure)
                                .log("the introducer cannot be asked");
                    }
                    closed.await(jittered(pause), TimeUnit.MILLISECONDS);
                    pause = pause.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause.multipliedBy(2);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
