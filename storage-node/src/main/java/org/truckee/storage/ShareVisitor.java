package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.storage.FileChange.Delete;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Write;

/// Looks at all shares of one storage index: counts them, and lets go those of which every lease has ended. Shares
/// that never had a lease stay. Used by one thread at a time.
final class ShareVisitor {
    private static final Logger LOG = LoggerFactory.getLogger(ShareVisitor.class);

    private final ShareFolder folder;
    private final IndexLocks locks;
    private final Journal journal;
    private final LeaseExpiry expiry;
    private final ExpiryGuard guard;
    private final TubId nodeId;
    private final InstantSource clock;
    private final Map<TubId, Long> foreignNodes = new HashMap<>();
    private long expired;

    ShareVisitor(
            ShareFolder folder,
            IndexLocks locks,
            Journal journal,
            LeaseExpiry expiry,
            ExpiryGuard guard,
            TubId nodeId,
            InstantSource clock) {
        this.folder = folder;
        this.locks = locks;
        this.journal = journal;
        this.expiry = expiry;
        this.guard = guard;
        this.nodeId = nodeId;
        this.clock = clock;
    }

    LeaseExpiry expiry() {
        return expiry;
    }

    /// A new round begins.
    void begin() {
        foreignNodes.clear();
    }

    /// The node that most mutable shares of other nodes record, of those seen in this round.
    Optional<TubId> foreignNode() {
        return foreignNodes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /// How many shares were let go since the last call.
    long takeExpired() {
        long taken = expired;
        expired = 0;
        return taken;
    }

    /// What is there afterwards. Leases are let go only if `mayExpire`.
    ShareCounts.Count visit(StorageIndex storageIndex, boolean mayExpire) throws IOException {
        var count = ShareCounts.Count.NONE;
        List<FileChange> changes = new ArrayList<>();
        synchronized (locks.of(storageIndex)) {
            for (Path path : list(storageIndex)) {
                count = count.plus(visit(path, mayExpire, changes));
            }
            letGo(storageIndex, changes);
        }
        return count;
    }

    /// The share files; a folder that cannot be read stands for one that cannot be read either.
    private Collection<Path> list(StorageIndex storageIndex) {
        try {
            return folder.list(storageIndex).values();
        } catch (IOException e) {
            return List.of(folder.of(storageIndex));
        }
    }

    private ShareCounts.Count visit(Path path, boolean mayExpire, List<FileChange> changes) {
        try (ShareFile file = ShareFile.open(path)) {
            List<Lease> leases = file.leases();
            leases.forEach(lease -> guard.renewed(lease.renewedAt()));
            if (mayExpire && expire(path, file, leases, changes)) {
                return ShareCounts.Count.NONE;
            }
            return new ShareCounts.Count(1, file.shareBytes(), isForeign(file) ? 1 : 0, 0);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", e.getMessage())
                    .log("a file among the shares is damaged or cannot be read");
            return new ShareCounts.Count(0, 0, 0, 1);
        }
    }

    /// Plans what has to be done; whether the share goes.
    private boolean expire(Path path, ShareFile file, List<Lease> leases, List<FileChange> changes) throws IOException {
        Instant now = clock.instant();
        if (leases.stream().noneMatch(lease -> expiry.hasEnded(file.kind(), lease, now))) {
            return false;
        }
        Optional<List<Piece>> left = file.withoutLeases(lease -> expiry.hasEnded(file.kind(), lease, now));
        changes.add(
                left.<FileChange>map(pieces -> new Write(path, false, pieces)).orElse(new Delete(path)));
        return left.isEmpty();
    }

    private boolean isForeign(ShareFile file) {
        if (file instanceof MutableShareFile mutable && !mutable.nodeId().equals(nodeId)) {
            foreignNodes.merge(mutable.nodeId(), 1L, Long::sum);
            return true;
        }
        return false;
    }

    private void letGo(StorageIndex storageIndex, List<FileChange> changes) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        journal.commitForGood(changes);
        long gone = changes.stream().filter(Delete.class::isInstance).count();
        expired += gone;
        if (gone > 0) {
            LOG.atInfo()
                    .addKeyValue("storageIndex", storageIndex)
                    .addKeyValue("shares", gone)
                    .log("shares whose leases have ended are gone");
        }
    }
}
