package org.truckee.client.immutable;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.truckee.client.grid.Together;

/// The threads on which bytes are hashed, coded and encrypted: as many as there are cores, so that any number of
/// virtual threads may ask for such work while others go on talking to servers. Work must not wait for anything.
public final class Cores implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    public Cores(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("core-", 1).factory());
    }

    int count() {
        return count;
    }

    /// Does `work` on one of the threads and waits for it, also when interrupted: its memory is in use until then.
    <T> T run(Callable<T> work) throws IOException {
        boolean interrupted = false;
        try {
            Future<T> running = threads.submit(work);
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw Together.asIo(e.getCause());
        } catch (RejectedExecutionException | CancellationException e) {
            throw new IOException("the gateway is being closed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        for (Runnable waiting : threads.shutdownNow()) {
            ((Future<?>) waiting).cancel(false); // else who asked for it would wait for ever
        }
    }
}
