package org.truckee.storage;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Brings a share to the disk piece by piece while it is written: whenever some megabytes have come, they are synced
/// beside what follows; when many more come than the disk takes, the writer waits. Safe for use by several threads at
/// once.
final class PieceSync {
    private static final long PIECE_BYTES = 8 << 20;
    private static final long MOST_WAITING_BYTES = 32 << 20;

    private final NewImmutableShare file;
    private final Executor threads;

    /// Everything below is guarded by the monitor, which is notified when a sync ends.
    private long waiting;

    private boolean syncing;
    private @Nullable IOException failure;

    PieceSync(NewImmutableShare file, Executor threads) {
        this.file = file;
        this.threads = threads;
    }

    /// So many bytes more have been written.
    synchronized void wrote(int bytes) throws IOException {
        waiting += bytes;
        DiskWait.whileTrue(this, () -> syncing && waiting >= MOST_WAITING_BYTES);
        check();
        if (!syncing && waiting >= PIECE_BYTES) {
            syncing = true;
            waiting = 0;
            threads.execute(this::sync);
        }
    }

    private void sync() {
        IOException problem = null;
        try {
            file.sync();
        } catch (IOException e) {
            problem = e;
        }
        synchronized (this) {
            syncing = false;
            failure = failure == null ? problem : failure;
            notifyAll();
        }
    }

    /// Returns when everything is on the disk.
    synchronized void finish() throws IOException {
        DiskWait.whileTrue(this, () -> syncing);
        check();
        file.sync();
    }

    /// After a failed sync one that succeeds proves nothing.
    private void check() throws IOException {
        if (failure != null) {
            throw new IOException("a part could not be brought to the disk: " + failure.getMessage(), failure);
        }
    }
}
