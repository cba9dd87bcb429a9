package org.truckee.protocol.introducer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.introducer.IntroducerMessages.Published;

/// Tells an introducer about one service, again every day, and again and again until it is heard.
public final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final Duration RENEWAL = Duration.ofHours(24);
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /// Makes and signs the announcement with a seqnum of at least `least`.
    @FunctionalInterface
    public interface Signer {
        SignedAnnouncement sign(long least) throws IOException;
    }

    private final IntroducerClient introducer;
    private final Signer signer;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Announcer(IntroducerClient introducer, Signer signer) {
        this.introducer = introducer;
        this.signer = signer;
    }

    /// Begins, and goes on until closed; closes the client then.
    public static Announcer start(IntroducerClient introducer, Signer signer) {
        var announcer = new Announcer(introducer, signer);
        Thread.ofVirtual().name("announcer").start(announcer::run);
        return announcer;
    }

    private void run() {
        try {
            for (long least = 1; ; ) {
                SignedAnnouncement announcement = signer.sign(least);
                Published answer = publish(announcement);
                least = answer.seqnum() + 1;
                Duration pause = answer.accepted() ? RENEWAL : FIRST_RETRY;
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.atError().setCause(e).log("the node cannot be announced");
        } catch (InterruptedException e) {
            LOG.atDebug().log("announcing ends");
        }
    }

    /// Tries until the introducer has heard it, less often the longer it is away.
    private Published publish(SignedAnnouncement announcement) throws InterruptedException {
        for (Duration pause = FIRST_RETRY; ; pause = pause.multipliedBy(2)) {
            try {
                return introducer.publish(announcement);
            } catch (IOException | RuntimeException e) {
                if (pause.compareTo(LAST_RETRY) > 0) {
                    pause = LAST_RETRY;
                }
                LOG.atInfo().addKeyValue("reason", e.toString()).log("the introducer cannot be told");
            }
            if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("closed");
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        introducer.close();
    }
}
