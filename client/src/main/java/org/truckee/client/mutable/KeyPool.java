package org.truckee.client.mutable;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.truckee.crypto.MutableSigningKey;

/// A few signing keys made in advance, since making one takes a tenth of a second: a thread makes new ones for those
/// taken. As long as there are some left it waits until nobody takes any, so that who makes many directories in a row
/// need not share the processor with it. Safe for use by any number of threads.
public final class KeyPool implements AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final SecureRandom random;
    private final int few;
    private final BlockingQueue<MutableSigningKey> ready;
    private final Thread maker;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile long takenAt;
    private volatile boolean closed;

    /// Keeps up to `size` keys ready, once the first was taken.
    public KeyPool(int size, SecureRandom random) {
        this.random = random;
        this.few = size / 4;
        this.ready = new ArrayBlockingQueue<>(size);
        this.maker = Thread.ofPlatform().name("signing keys").daemon().unstarted(this::make);
    }

    private void make() {
        try {
            while (!closed) {
                ready.put(MutableSigningKey.generate(random));
                awaitNeedOrQuiet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void awaitNeedOrQuiet() throws InterruptedException {
        while (ready.size() > few) {
            long left = QUIET.toNanos() - (System.nanoTime() - takenAt);
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, QUIET.toNanos() / 20));
        }
    }

    /// A key that nobody else gets: a ready one, or else one made now by whoever asks.
    public MutableSigningKey take() {
        if (!started.getAndSet(true) && !closed) {
            maker.start();
        }
        takenAt = System.nanoTime();
        MutableSigningKey key = ready.poll();
        return key == null ? MutableSigningKey.generate(random) : key;
    }

    @Override
    public void close() {
        closed = true;
        maker.interrupt();
    }
}
