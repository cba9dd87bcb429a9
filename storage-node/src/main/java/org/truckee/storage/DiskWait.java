package org.truckee.storage;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/// Waiting for another thread that is at work on the disk.
final class DiskWait {
    private DiskWait() {}

    /// Waits as long as something is so, which `monitor` guards; whoever makes it otherwise notifies it.
    ///
    /// @throws IOException if the thread is interrupted meanwhile, which then stays so
    static void whileTrue(Object monitor, BooleanSupplier busy) throws IOException {
        try {
            synchronized (monitor) {
                while (busy.getAsBoolean()) {
                    monitor.wait();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the disk", e);
        }
    }
}
