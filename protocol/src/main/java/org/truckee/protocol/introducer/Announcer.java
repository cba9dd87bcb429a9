package org.truckee.protocol.introducer;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.IntroducerMessages.Published;

/// Tells an introducer about one service: again every day, as soon as the service's address is another, and again and
/// again until it is heard.
public final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final Duration RENEWAL = Duration.ofHours(24);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);

    /// What an introducer says beyond it is not believed.
    private static final long MOST_SEQNUM = 1L << 60;

    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /// The service that is announced.
    public interface Service {
        /// Where it is now.
        Furl address() throws IOException;

        /// Makes and signs the announcement with a seqnum of at least `least`.
        SignedAnnouncement sign(Furl address, long least) throws IOException;
    }

    private final IntroducerClient introducer;
    private final Service service;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Announcer(IntroducerClient introducer, Service service) {
        this.introducer = introducer;
        this.service = service;
    }

    /// Begins, and goes on until closed; closes the client then.
    public static Announcer start(IntroducerClient introducer, Service service) {
        var announcer = new Announcer(introducer, service);
        Thread.ofVirtual().name("announcer").start(announcer::run);
        return announcer;
    }

    private void run() {
        try {
            long least = 1;
            while (true) {
                least = announced(least);
                pause(FIRST_RETRY);
            }
        } catch (InterruptedException e) {
            LOG.atDebug().log("announcing ends");
        }
    }

    /// Announces the service and waits until there is reason to do so again; gives the least seqnum for that. The
    /// introducer may know a higher one than this node, which had lost its own.
    private long announced(long least) throws InterruptedException {
        try {
            Furl address = service.address();
            Published answer = publish(service.sign(address, least));
            if (answer.accepted()) {
                awaitReason(address);
            }
            return Math.clamp(answer.seqnum(), 0, MOST_SEQNUM) + 1;
        } catch (IOException | RuntimeException e) {
            LOG.atError().setCause(e).log("the node cannot be announced now");
            pause(LAST_RETRY);
            return least;
        }
    }

    /// Returns when there is something new to tell, or it is time to tell it again.
    private void awaitReason(Furl announced) throws InterruptedException {
        long told = System.nanoTime();
        while (System.nanoTime() - told < RENEWAL.toNanos()) {
            pause(LOOK);
            try {
                if (!service.address().equals(announced)) {
                    LOG.atInfo().log("the node's address changed, which is announced");
                    return;
                }
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("the node's address is not known now");
            }
        }
    }

    /// Tries until the introducer has heard it, less often the longer it is away.
    private Published publish(SignedAnnouncement announcement) throws InterruptedException {
        String failure = "";
        for (Duration pause = FIRST_RETRY; ; pause = longer(pause)) {
            try {
                return introducer.publish(announcement);
            } catch (IOException | RuntimeException e) {
                String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
                if (!reason.equals(failure) && closed.getCount() > 0) {
                    failure = reason;
                    LOG.atWarn().addKeyValue("reason", reason).log("the introducer cannot be told");
                }
            }
            pause(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : twice;
    }

    /// With some jitter, so that not all nodes come at once when the introducer is back.
    private void pause(Duration pause) throws InterruptedException {
        long millis = (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1));
        if (closed.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        introducer.close();
    }
}
