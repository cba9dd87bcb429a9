package org.truckee.client.directory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.WriteKey;

/// A directory that another client made: a table in a mutable file that is coded like any other, and that one client
/// at a time may change. Within this process changes go one after the other.
final class TahoeDirectory implements OpenDirectory {
    private static final Duration BELIEVED = Duration.ofSeconds(2);

    private final MutableReadCap cap;
    private final Optional<MutableWriteCap> writeCap;
    private final MutableFiles mutableFiles;
    private final InstantSource clock;

    /// Guards all below, and is held while the directory is read or changed.
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Listing listing; // written under the lock
    private Instant readAt = Instant.MIN;

    TahoeDirectory(
            MutableReadCap cap, Optional<MutableWriteCap> writeCap, MutableFiles mutableFiles, InstantSource clock) {
        this.cap = cap;
        this.writeCap = writeCap;
        this.mutableFiles = mutableFiles;
        this.clock = clock;
    }

    @Override
    public Listing read() throws IOException {
        lock.lock();
        try {
            Listing known = listing;
            boolean fresh = readAt.plus(BELIEVED).isAfter(clock.instant());
            return known != null && fresh ? known : readNow();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Listing readNow() throws IOException {
        lock.lock();
        try {
            Instant now = clock.instant();
            Listing read = Listing.of(parse(mutableFiles.read(cap)));
            listing = read;
            readAt = now;
            return read;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int forgettable() {
        Listing known = listing;
        return known == null ? 0 : known.entries().size();
    }

    private DirectoryTable parse(byte[] contents) {
        Optional<WriteKey> writeKey = writeCap.map(MutableWriteCap::writeKey);
        return DirectoryTable.parse(contents, writeKey);
    }

    @Override
    public void change(Change change) throws IOException {
        lock.lock();
        try {
            listing = null;
            mutableFiles.modify(writeCap.orElseThrow(), contents -> {
                DirectoryTable table = parse(contents);
                change.apply(table);
                return table.toBytes();
            });
        } finally {
            lock.unlock();
        }
    }
}
