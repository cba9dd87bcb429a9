package org.truckee.storage;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Work on files that others use, too, by a thread that nobody interrupts: Java closes a file that an interrupted
/// thread is using, and a client in the same process interrupts its calls when it does not need them any more.
final class Undisturbed {
    private Undisturbed() {}

    /// Something to be done.
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /// Returns when the work is done, whoever is interrupted meanwhile.
    static void run(Work work) throws IOException {
        var task = new FutureTask<Void>(() -> {
            work.run();
            return null;
        });
        join(Thread.ofVirtual().start(task));
        if (task.state() == Future.State.FAILED) {
            throw failure(task.exceptionNow());
        }
    }

    /// Returns when a thread has ended, and not before.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException failure(Throwable thrown) {
        return switch (thrown) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("only an IOException is checked here", thrown);
        };
    }
}
