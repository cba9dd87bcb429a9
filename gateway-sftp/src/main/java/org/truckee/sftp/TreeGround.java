package org.truckee.sftp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.files.GridFiles;

/// What all files of a tree have in common.
///
/// @param linking held while a file is linked; held alone where several are to have one name, and while names are
///     taken away because of what they stand for: what is linked there meanwhile may look the same, as empty files do
/// @param lastOpening of all files so far
record TreeGround(
        DirectoryCap root,
        GridFiles files,
        OpenFiles open,
        ReadWriteLock linking,
        InstantSource clock,
        AtomicReference<Instant> lastOpening) {
    private static final Duration LEAST = Duration.ofNanos(1);

    TreeGround(DirectoryCap root, GridFiles files, OpenFiles open, InstantSource clock) {
        this(root, files, open, new ReentrantReadWriteLock(), clock, new AtomicReference<>(Instant.MIN));
    }

    /// Now, but later than every opening before, also where the clock stands or was set back: it tells which of two
    /// files is the newer one.
    Instant opening() {
        Instant now = clock.instant();
        return lastOpening.updateAndGet(last -> now.isAfter(last) ? now : last.plus(LEAST));
    }

    /// A file of an earlier process was opened then.
    void opened(Instant at) {
        lastOpening.accumulateAndGet(at, (last, other) -> other.isAfter(last) ? other : last);
    }
}
