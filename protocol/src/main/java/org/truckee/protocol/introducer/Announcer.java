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
    private static final Duration RETRY = Duration.ofSeconds(1);

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
            long least = 1;
            Duration pause;
            do {
                pause = RETRY;
                try {
                    Published answer = introducer.publish(signer.sign(least));
                    least = answer.seqnum() + 1;
                    pause = answer.accepted() ? RENEWAL : RETRY;
                } catch (IOException e) {
                    LOG.atInfo().addKeyValue("reason", e.getMessage()).log("the introducer cannot be told");
                }
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        introducer.close();
    }
}
