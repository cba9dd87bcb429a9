package org.truckee.sftp;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.files.OpenFile;
import org.truckee.client.immutable.Plaintext;

/// What an open file holds: what is on the grid, and from the first change on what is staged over it.
/// Safe for use by any number of threads.
final class FileContents implements AutoCloseable {
    private final Staging staging;
    private final Optional<OpenFile> base;

    /// Held to look at what follows; held alone to change it.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private final Checksums checksums = new Checksums();
    private @Nullable StagedFile staged;

    /// Whether the grid does not have it.
    private boolean changed;

    private FileContents(Staging staging, Optional<OpenFile> base) {
        this.staging = staging;
        this.base = base;
    }

    /// What a file on the grid holds; `file` is closed with it.
    static FileContents of(OpenFile file, Staging staging) {
        return new FileContents(staging, Optional.of(file));
    }

    /// Nothing, of which the grid does not know.
    static FileContents empty(Staging staging) throws IOException {
        var contents = new FileContents(staging, Optional.empty());
        contents.change();
        return contents;
    }

    boolean isChanged() {
        return locked(lock.readLock(), () -> changed);
    }

    long size() {
        return locked(lock.readLock(), this::currentSize);
    }

    private long currentSize() {
        return staged == null ? base.map(OpenFile::size).orElse(0L) : staged.size();
    }

    /// Up to `length` bytes, fewer at the end only; -1 at or behind it.
    int read(long offset, byte[] target, int at, int length) throws IOException {
        lock.readLock().lock();
        try {
            if (staged != null) {
                return staged.read(offset, target, at, length);
            }
            return base.isPresent() ? base.get().read(offset, target, at, length) : -1;
        } finally {
            lock.readLock().unlock();
        }
    }

    void write(long offset, byte[] data, int from, int length) throws IOException {
        lock.writeLock().lock();
        try {
            change().write(offset, data, from, length);
            checksums.written(offset, data, from, length);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void append(byte[] data, int from, int length) throws IOException {
        lock.writeLock().lock();
        try {
            write(currentSize(), data, from, length);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void truncate(long size) throws IOException {
        lock.writeLock().lock();
        try {
            change().truncate(size);
            checksums.truncated(size);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private StagedFile change() throws IOException {
        if (staged == null) {
            staged = staging.create(base);
        }
        changed = true;
        return staged;
    }

    /// Where contents go, with their checksums by algorithm.
    @FunctionalInterface
    interface Destination {
        void take(Plaintext contents, Map<String, String> checksums) throws IOException;
    }

    /// Gives them away if the grid does not have them, and holds off changes until they are taken. Belongs to one
    /// thread
    /// at a time.
    void publish(Destination destination) throws IOException {
        lock.readLock().lock();
        try {
            if (staged != null && changed) {
                destination.take(plaintext(staged), checksums.of(staged));
                changed = false;
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private static Plaintext plaintext(StagedFile staged) {
        return new Plaintext() {
            @Override
            public long size() {
                return staged.size();
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) throws IOException {
                if (length > 0 && staged.read(offset, target, at, length) < length) {
                    throw new IOException("a staged file ends before its byte " + (offset + length));
                }
            }
        };
    }

    private interface Look<T> {
        T look();
    }

    private static <T> T locked(Lock lock, Look<T> look) {
        lock.lock();
        try {
            return look.look();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        base.ifPresent(OpenFile::close);
        if (staged != null) {
            staged.close();
        }
    }
}
