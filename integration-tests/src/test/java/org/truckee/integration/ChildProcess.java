package org.truckee.integration;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A process that a test has started and ends.
abstract class ChildProcess implements AutoCloseable {
    final Process process;

    ChildProcess(Process process) {
        this.process = process;
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGTERM; says whether it ended in time.
    boolean stop(Duration patience) throws InterruptedException {
        process.destroy();
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
