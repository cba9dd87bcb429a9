package org.truckee.client.mutable;

import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.truckee.crypto.MutableSigningKey;

/// A few signing keys made in advance, since making one takes a tenth of a second: a thread makes new
/// ones for those taken. Safe for use by any number of threads.
public final class KeyPool implements AutoCloseable {
    private final SecureRandom random;
    private final BlockingQueue<MutableSigningKey> ready;
    private final Thread maker;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;

    /// Keeps up to `size` keys ready, once the first was taken.
    public KeyPool(int size, SecureRandom random) {
        this.random = random;
        this.ready = new ArrayBlockingQueue<>(size);
        this.maker = Thread.ofPlatform().name("signing keys").daemon().unstarted(this::make);
    }

    private void make() {
        try {
            while (!closed) {
                ready.put(MutableSigningKey.generate(random));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /// A key that nobody else gets: a ready one, or else one made now by whoever asks.
    public MutableSigningKey take() {
        if (!started.getAndSet(true) && !closed) {
            maker.start();
        }
        MutableSigningKey key = ready.poll();
        return key == null ? MutableSigningKey.generate(random) : key;
    }

    @Override
    public void close() {
        closed = true;
        maker.interrupt();
    }
}
