package org.truckee.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.StorageIndex;
import org.truckee.storage.CrawlerState.Progress;

/// Walks over all shares, again and again, at most every twelve hours and for at most a tenth of the time, and goes
/// on after a restart where it was. Leases are let go only after one whole round: before, nobody knows when a lease
/// was last renewed.
final class ShareCrawler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShareCrawler.class);
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int PREFIXES = ALPHABET.length() * ALPHABET.length();
    private static final Duration ROUND = Duration.ofHours(12);
    private static final Duration BETWEEN_SAVES = Duration.ofMinutes(30);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int REST_PER_WORK = 9;

    /// Between two looks whether there is something to do.
    static final Duration NAP = Duration.ofSeconds(60);

    private final ShareFolder folder;
    private final ShareVisitor visitor;
    private final ShareCounts counts;
    private final ExpiryGuard guard;
    private final InstantSource clock;
    private final Duration nap;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread = Thread.ofVirtual().name("share crawler").unstarted(this::run);

    /// Guarded by the lock.
    private boolean closed;

    /// Written by the crawler's thread only.
    private volatile Progress progress;

    /// Why it could not go on the last time, if so; written by the crawler's thread only.
    private volatile @Nullable String trouble;

    private Instant savedAt;
    private boolean unsaved;

    ShareCrawler(
            ShareFolder folder,
            ShareVisitor visitor,
            ShareCounts counts,
            ExpiryGuard guard,
            CrawlerState state,
            InstantSource clock,
            Duration nap) {
        this.folder = folder;
        this.visitor = visitor;
        this.counts = counts;
        this.guard = guard;
        this.progress = state.progress();
        this.savedAt = Instant.ofEpochSecond(state.seenAt());
        this.clock = clock;
        this.nap = nap;
    }

    void start() {
        thread.start();
    }

    /// What an operator wants to know.
    StorageReport.Crawl report() {
        Progress now = progress;
        return new StorageReport.Crawl(
                now.next() / (double) PREFIXES,
                now.hasCompleted() ? Optional.of(Instant.ofEpochSecond(now.completedAt())) : Optional.empty(),
                now.expiredShares(),
                expiry(now) + told(trouble));
    }

    private String expiry(Progress now) {
        if (!visitor.expiry().isOn()) {
            return "off: shares are kept for ever";
        }
        if (!now.hasCompleted()) {
            return "waits until all leases have been looked at once";
        }
        return guard.objection().map(reason -> "paused: " + reason).orElse("on");
    }

    private static String told(@Nullable String trouble) {
        return trouble == null ? "" : "; the shares cannot be looked at (" + trouble + "), which is tried again";
    }

    /// How many mutable shares cannot be changed because this node is not the one they were made for, in one
    /// sentence.
    Optional<String> foreign() {
        long foreign = counts.total().foreign();
        String node = progress.foreignNode();
        return foreign == 0 || node.isEmpty()
                ? Optional.empty()
                : Optional.of(foreign + " mutable shares were made by a node with another key and cannot be changed by "
                        + "this one; put private/node.pem of node " + node + " in place and start again");
    }

    private void run() {
        while (rest(0)) {
            if (!attempt(isDue() ? this::round : this::look) || !isDue()) {
                rest(nap.toNanos());
            }
        }
        attempt(this::save);
    }

    /// Something that a failing disk may prevent.
    @FunctionalInterface
    private interface Step {
        void take() throws IOException;
    }

    /// Whether it could be done. What cannot be done now may be possible later: leases end for as long as the node
    /// runs, and the operator is told once.
    private boolean attempt(Step step) {
        try {
            step.take();
            trouble = null;
            return true;
        } catch (IOException | RuntimeException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(trouble)) {
                LOG.atError().addKeyValue("reason", reason).log("the shares cannot be looked at; it is tried again");
            }
            trouble = reason;
            return false;
        }
    }

    private void look() throws IOException {
        guard.look();
        saveNowAndThen();
    }

    private boolean isDue() {
        Duration since = Duration.between(Instant.ofEpochSecond(progress.startedAt()), clock.instant());
        return progress.next() > 0 || since.isNegative() || since.compareTo(ROUND) >= 0;
    }

    /// Goes over all prefixes, or those that an earlier process left.
    synchronized void round() throws IOException {
        if (progress.next() == 0) {
            visitor.begin();
            progress = progress.begun(now());
        }
        while (progress.next() < PREFIXES) {
            if (!visit(name(progress.next()))) {
                return;
            }
            progress = progress.advanced(visitor.takeExpired());
            saveNowAndThen();
        }
        progress = progress.completed(
                now(), visitor.foreignNode().map(Object::toString).orElse(""));
        counts.completed(); // last: who sees that all are counted sees the rest too
        foreign().ifPresent(LOG::warn);
        save();
    }

    private static String name(int prefix) {
        return "" + ALPHABET.charAt(prefix / ALPHABET.length()) + ALPHABET.charAt(prefix % ALPHABET.length());
    }

    /// Whether all of a prefix was visited; not if the node stops.
    private boolean visit(String prefix) throws IOException {
        var count = ShareCounts.Count.NONE;
        long begun = System.nanoTime();
        for (StorageIndex storageIndex : folder.indexes(prefix)) {
            count = count.plus(visitor.visit(storageIndex, mayExpire()));
            long worked = System.nanoTime() - begun;
            if (worked >= SLICE_NANOS) {
                if (!rest(worked * REST_PER_WORK)) {
                    return false;
                }
                begun = System.nanoTime();
            }
        }
        counts.replace(prefix, count);
        return rest(0);
    }

    private boolean mayExpire() {
        return visitor.expiry().isOn()
                && progress.hasCompleted()
                && guard.objection().isEmpty();
    }

    private void saveNowAndThen() throws IOException {
        if (unsaved || Duration.between(savedAt, clock.instant()).abs().compareTo(BETWEEN_SAVES) >= 0) {
            save();
        }
    }

    private void save() throws IOException {
        unsaved = true;
        Instant saving = clock.instant();
        new CrawlerState(
                        progress,
                        guard.pausedUntil().getEpochSecond(),
                        guard.latestRenewal().getEpochSecond(),
                        saving.getEpochSecond(),
                        counts.byPrefix())
                .save(folder.crawlerState());
        savedAt = saving;
        unsaved = false;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /// Waits; false once the node stops.
    private boolean rest(long nanos) {
        lock.lock();
        try {
            for (long left = nanos; !closed && left > 0; ) {
                left = closing.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Stops and writes down how far it is.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        Undisturbed.join(thread);
    }
}
