package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.node.WholeFile;

/// The immutable shares that are being written. Nobody sees them until they are complete; those that nobody wrote to
/// for half an hour are given up. Safe for use by several threads at once.
final class Uploads implements AutoCloseable {
    /// Tahoe-LAFS's.
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final ShareFolder folder;
    private final IndexLocks locks;
    private final DiskSpace space;
    private final DiskHealth health;
    private final ShareCounts counts;
    private final LongSupplier nanos;
    private final Map<Path, Upload> running = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Uploads(
            ShareFolder folder,
            IndexLocks locks,
            DiskSpace space,
            DiskHealth health,
            ShareCounts counts,
            LongSupplier nanos) {
        this.folder = folder;
        this.locks = locks;
        this.space = space;
        this.health = health;
        this.counts = counts;
        this.nanos = nanos;
    }

    ShareFolder folder() {
        return folder;
    }

    DiskSpace space() {
        return space;
    }

    DiskHealth health() {
        return health;
    }

    ExecutorService threads() {
        return threads;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    /// Begins a share, unless somebody else did or there is no room. The caller holds the storage index and has seen
    /// that the share is not there.
    boolean begin(StorageIndex storageIndex, int share, long shareBytes, UploadSecret secret, Lease lease)
            throws IOException {
        Path incoming = folder.incomingShare(storageIndex, share);
        if (running.containsKey(incoming)) {
            return false;
        }
        try {
            if (!space.promise(shareBytes)) {
                return false;
            }
            running.put(incoming, new Upload(this, secret, storageIndex, share, create(incoming, shareBytes, lease)));
            return true;
        } catch (IOException e) {
            health.writeFailed("share " + share + " of " + storageIndex, e);
            throw e;
        }
    }

    private NewImmutableShare create(Path incoming, long shareBytes, Lease lease) throws IOException {
        try {
            ShareFolder.makePassingFolderOf(incoming);
            return NewImmutableShare.create(incoming, shareBytes, lease);
        } catch (IOException e) {
            space.ended(shareBytes, shareBytes);
            throw e;
        }
    }

    Optional<Upload> find(StorageIndex storageIndex, int share) {
        return Optional.ofNullable(running.get(folder.incomingShare(storageIndex, share)));
    }

    /// Gives a share whose bytes are on the disk its place among the complete ones, lastingly.
    void complete(Upload upload) throws IOException {
        Path place = folder.share(upload.storageIndex(), upload.share());
        synchronized (locks.of(upload.storageIndex())) {
            ShareFolder.makeFolderOf(place);
            Files.move(upload.incoming(), place, StandardCopyOption.ATOMIC_MOVE);
            WholeFile.syncFolder(Objects.requireNonNull(place.getParent()));
            running.remove(upload.incoming());
            ShareFolder.removeEmptyFolderOf(upload.incoming());
        }
        space.ended(upload.shareBytes(), 0);
        counts.add(ShareFolder.prefix(upload.storageIndex()), 1, upload.shareBytes());
    }

    /// Removes a share of which `missing` bytes were never written.
    void forget(Upload upload, long missing) throws IOException {
        try {
            synchronized (locks.of(upload.storageIndex())) {
                running.remove(upload.incoming());
                Files.deleteIfExists(upload.incoming());
                ShareFolder.removeEmptyFolderOf(upload.incoming());
            }
        } catch (NoSuchFileException e) {
            // somebody tidied up
        } finally {
            space.ended(upload.shareBytes(), missing);
        }
    }

    /// Gives up what nobody wrote to for half an hour.
    void giveUpForgotten() {
        long now = nanos();
        for (Upload upload : running.values()) {
            if (now - upload.touchedAt() >= PATIENCE.toNanos()) {
                LOG.atInfo()
                        .addKeyValue("storageIndex", upload.storageIndex())
                        .addKeyValue("share", upload.share())
                        .log("an upload that nobody went on with for half an hour is given up");
                giveUp(upload);
            }
        }
    }

    /// What is left of one that cannot be removed goes at the next start; others do not wait for that.
    static void giveUp(Upload upload) {
        try {
            upload.giveUp();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("storageIndex", upload.storageIndex())
                    .addKeyValue("share", upload.share())
                    .addKeyValue("reason", e.getMessage())
                    .log("what was written of a share cannot be removed");
        }
    }

    /// Gives up everything.
    @Override
    public void close() {
        running.values().forEach(Uploads::giveUp);
        threads.close();
    }
}
