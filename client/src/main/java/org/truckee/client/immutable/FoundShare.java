package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.grid.GridServer;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.ShareSource;

/// A share of one file at one server, and what has become of attempts to read it.
/// Safe for use by several threads at once.
final class FoundShare {
    /// A share that could not be read is not tried again for so long, and twice as long each further time.
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final int MOST_DOUBLINGS = 5;

    private final GridServer server;
    private final ChkShareReader reader;

    /// One thread opens it.
    private final ReentrantLock opening = new ReentrantLock();

    private boolean open;

    /// All below is guarded by this object's monitor.
    private boolean lies;

    private int failures;
    private long resting = System.nanoTime();
    private @Nullable IOException lastFailure;

    FoundShare(GridServer server, int share, ProvenHashes proven) {
        this.server = server;
        ShareSource bytes = server.share(proven.cap().storageIndex(), share);
        this.reader = new ChkShareReader(share, GuessedReads.of(proven.cap(), bytes), proven);
    }

    GridServer server() {
        return server;
    }

    int share() {
        return reader.share();
    }

    /// Its reader, once what comes before the blocks is read and proven.
    ChkShareReader open() throws IOException {
        try {
            opening.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a share was opened");
        }
        try {
            if (!open) {
                reader.open();
                open = true;
            }
            return reader;
        } finally {
            opening.unlock();
        }
    }

    /// It was read.
    synchronized void succeeded() {
        failures = 0;
    }

    /// It could not be read. What is wrong with one block says nothing about others; what is wrong with hashes does.
    synchronized void failed(IOException failure) {
        lastFailure = failure;
        if (failure instanceof CorruptShareException corrupt) {
            lies |= corrupt.section() != Section.BLOCKS;
        } else {
            resting = System.nanoTime() + (PAUSE.toNanos() << Math.min(failures, MOST_DOUBLINGS));
            failures++;
        }
    }

    /// Whether it lied about more than a block, and is never used again.
    synchronized boolean lies() {
        return lies;
    }

    /// Whether it failed a moment ago.
    synchronized boolean rests() {
        return failures > 0 && System.nanoTime() < resting;
    }

    synchronized Optional<IOException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /// How long its server should take for so many bytes.
    Duration expected(long bytes) {
        return server.history().expected(bytes);
    }

    @Override
    public String toString() {
        return "share " + share() + " at " + server;
    }
}
