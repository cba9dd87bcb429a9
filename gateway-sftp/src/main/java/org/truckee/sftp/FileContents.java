package org.truckee.sftp;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.truckee.client.files.OpenFile;
import org.truckee.client.immutable.ContentKey;
import org.truckee.client.immutable.Plaintext;
import org.truckee.crypto.ReadKey;

/// What an open file holds: what is on the grid, and from the first change on what is staged over it.
/// Safe for use by any number of threads.
final class FileContents implements AutoCloseable {
    private final Staging staging;
    private final Optional<OpenFile> base;

    /// Held to look at what follows; held alone to change it.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private final Checksums checksums;
    private volatile @Nullable StagedFile staged;

    /// Whether the grid does not have it. This and the size are looked at without the lock, too.
    private volatile boolean changed;

    private volatile long size;

    /// Of what it held when it was closed, if that is known and nothing was written since.
    private volatile Optional<String> sha256 = Optional.empty();

    private FileContents(Staging staging, Optional<OpenFile> base, Supplier<ContentKey> keys) {
        this.staging = staging;
        this.checksums = new Checksums(keys);
        this.base = base;
        this.size = base.map(OpenFile::size).orElse(0L);
    }

    /// What a file on the grid holds; `file` is closed with it.
    static FileContents of(OpenFile file, Staging staging, Supplier<ContentKey> keys) {
        return new FileContents(staging, Optional.of(file), keys);
    }

    /// Nothing, of which the grid does not know.
    static FileContents empty(Staging staging, Supplier<ContentKey> keys) {
        var contents = new FileContents(staging, Optional.empty(), keys);
        contents.changed = true;
        return contents;
    }

    /// What an earlier process staged over `base`, which is closed with it; the grid does not have it.
    static FileContents left(StagedRecord record, Optional<OpenFile> base, Staging staging, Supplier<ContentKey> keys)
            throws IOException {
        var contents = new FileContents(staging, base, keys);
        StagedFile file = staging.reopen(record, base);
        contents.staged = file;
        contents.size = file.size();
        contents.sha256 = record.sha256();
        contents.changed = true;
        return contents;
    }

    boolean isChanged() {
        return changed;
    }

    long size() {
        return size;
    }

    /// Up to `length` bytes, fewer at the end only; -1 at or behind it.
    int read(long offset, byte[] target, int at, int length) throws IOException {
        lock.readLock().lock();
        try {
            StagedFile file = staged;
            if (file != null) {
                return file.read(offset, target, at, length);
            }
            return base.isPresent() ? base.get().read(offset, target, at, length) : -1;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Takes `data[from, from + length)`, which nobody changes any more.
    void write(long offset, byte[] data, int from, int length) throws IOException {
        lock.writeLock().lock();
        try {
            StagedFile file = change();
            file.write(offset, data, from, length);
            checksums.written(offset, data, from, length);
            size = file.size();
        } finally {
            lock.writeLock().unlock();
        }
    }

    void append(byte[] data, int from, int length) throws IOException {
        lock.writeLock().lock();
        try {
            write(size, data, from, length);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void truncate(long newSize) throws IOException {
        lock.writeLock().lock();
        try {
            StagedFile file = change();
            file.truncate(newSize);
            checksums.truncated(newSize);
            size = newSize;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private StagedFile change() throws IOException {
        StagedFile file = staged;
        if (file == null) {
            file = staging.create(base);
            staged = file;
        }
        changed = true;
        sha256 = Optional.empty();
        return file;
    }

    /// Makes sure that there is something on the disk to keep a note beside.
    void stage() throws IOException {
        if (changed && staged == null) {
            lock.writeLock().lock();
            try {
                change();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /// Takes note of what it holds now, by which later damage is seen.
    void seal() throws IOException {
        lock.writeLock().lock();
        try {
            change();
            sha256 = checksums.sha256(size);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Keeps on the disk what there is to know of it; with `lasting` so that it and the contents outlast a power cut.
    /// Waits for nobody who holds the contents. Belongs to one thread at a time.
    void keep(StagedNote note, boolean lasting) throws IOException {
        stage();
        StagedFile file = staged;
        if (file != null) {
            file.keep(note, sha256, lasting);
        }
    }

    /// What of it is on the disk.
    Optional<StagedRecord> record(StagedNote note) {
        return Optional.ofNullable(staged).map(file -> file.record(note, sha256));
    }

    /// Contents that nobody changes until this is closed. Belongs to one thread.
    final class Held implements AutoCloseable {
        private Held() {
            lock.readLock().lock();
        }

        long size() {
            return size;
        }

        /// Fills `target[at, at + length)` with the bytes from `offset` on.
        void read(long offset, byte[] target, int at, int length) throws IOException {
            if (length > 0 && FileContents.this.readHeld(offset, target, at, length) < length) {
                throw new IOException("a staged file ends before its byte " + (offset + length));
            }
        }

        /// What follows from them, found once.
        Checksums.Sums sums() throws IOException {
            Checksums.Sums sums = checksums.of(this);
            if (sha256.isPresent() && !sums.byKey().containsValue(sha256.get())) {
                throw new IOException(
                        "a staged file is not what it was when it was closed: the disk or a power cut" + " damaged it");
            }
            return sums;
        }

        /// The grid has them.
        void stored() throws IOException {
            changed = false;
            forget(false);
        }

        @Override
        public void close() {
            lock.readLock().unlock();
        }
    }

    /// Holds off changes.
    Held hold() {
        return new Held();
    }

    /// Without the lock, for threads that work for one who holds the contents.
    private int readHeld(long offset, byte[] target, int at, int length) throws IOException {
        StagedFile file = staged;
        return file == null ? -1 : file.read(offset, target, at, length);
    }

    /// Nobody has to find it again; with `lasting`, after a power cut either.
    void forget(boolean lasting) throws IOException {
        StagedFile file = staged;
        if (file != null) {
            file.forget(lasting);
        }
    }

    /// Leaves what is staged on the disk, for later.
    @Override
    public void close() throws IOException {
        base.ifPresent(OpenFile::close);
        StagedFile file = staged;
        if (file != null) {
            file.close();
        }
    }

    /// Removes what is staged.
    void discard() throws IOException {
        base.ifPresent(OpenFile::close);
        StagedFile file = staged;
        if (file != null) {
            file.discard();
        }
    }

    /// As a file to be uploaded, as long as `wanted` says so; `key` is what follows from it, if that is known.
    static Plaintext plaintext(Held contents, Optional<ReadKey> key, Wanted wanted) {
        return new Plaintext() {
            @Override
            public long size() {
                return contents.size();
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) throws IOException {
                wanted.check();
                contents.read(offset, target, at, length);
            }

            @Override
            public Optional<ReadKey> key() {
                return key;
            }
        };
    }

    /// Whether contents are still to be uploaded.
    @FunctionalInterface
    interface Wanted {
        void check() throws IOException;
    }
}
