package org.truckee.protocol.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Wakes a thread that waits for the other side of a connection, so that it can see whether its patience is over. One
/// timer of the connection's event loop serves all the waits for one message: a timer for each costs more than what
/// is waited for. Safe for use by several threads at once.
final class SilenceTimer implements AutoCloseable {
    private final EventExecutor loop;
    private final Runnable wake;

    /// This and what follows is guarded by the monitor.
    private @Nullable Future<?> running;

    private boolean closed;

    SilenceTimer(EventExecutor loop, Runnable wake) {
        this.loop = loop;
        this.wake = wake;
    }

    /// The thread is woken within so many nanoseconds, perhaps much earlier.
    synchronized void wakeWithin(long nanos) {
        if (running == null && !closed) {
            running = loop.schedule(this::ring, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void ring() {
        synchronized (this) {
            running = null;
        }
        wake.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (running != null) {
            running.cancel(false);
        }
    }
}
