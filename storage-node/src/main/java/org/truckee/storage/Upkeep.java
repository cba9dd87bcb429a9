package org.truckee.storage;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to be done every minute: forgotten uploads are given up, and the journal is emptied.
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long PERIOD_SECONDS = 60;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("storage upkeep").factory());
    private final Uploads uploads;
    private final Journal journal;

    private Upkeep(Uploads uploads, Journal journal) {
        this.uploads = uploads;
        this.journal = journal;
    }

    static Upkeep start(Uploads uploads, Journal journal) {
        var upkeep = new Upkeep(uploads, journal);
        upkeep.thread.scheduleWithFixedDelay(upkeep::round, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        return upkeep;
    }

    private void round() {
        try {
            uploads.giveUpForgotten();
            if (journal.failure().isEmpty()) {
                journal.checkpoint();
            }
        } catch (IOException | RuntimeException e) { // what the executor is not told it does again in a minute
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("upkeep of the storage folder failed");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
