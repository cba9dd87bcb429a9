package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.SecureRandom;
import java.util.concurrent.Semaphore;

/// Compares passwords with hashes, which takes memory and processor on purpose: two at most at a time, in order, and
/// one where the heap is small.
final class PasswordChecks {
    private static final int AT_ONCE = 2;

    /// Of the heap, for one: a hash of ours takes 19 MiB.
    private static final long HEAP_EACH = 128 << 20;

    private final Semaphore turns =
            new Semaphore(Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_EACH, 1, AT_ONCE), true);
    private final PasswordHash nobody;

    PasswordChecks(SecureRandom random) {
        var unknown = new byte[16];
        random.nextBytes(unknown);
        nobody = PasswordHash.of(new String(unknown, ISO_8859_1), random);
    }

    boolean matches(PasswordHash hash, String password) throws InterruptedException {
        turns.acquire();
        try {
            return hash.matches(password);
        } finally {
            turns.release();
        }
    }

    /// Costs what a comparison costs, so that nobody learns by waiting which users exist.
    void matchesNothing(String password) throws InterruptedException {
        matches(nobody, password);
    }
}
