package org.truckee.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.Product;
import org.truckee.protocol.storage.AbortAnswer;
import org.truckee.protocol.storage.Allocation;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.ServerVersion;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.protocol.storage.WriteAnswer;
import org.truckee.storage.FileChange.Write;

/// Keeps shares in a folder, in Tahoe-LAFS's layout, so that a Tahoe node's folder can be taken over and given back.
///
/// What it answers lasts through a crash or a power cut: that an immutable share is complete, that mutable shares
/// were changed, that a lease was renewed. A change of mutable shares is made whole or not at all. Damaged and
/// foreign files are reported, never trusted, changed or deleted.
public final class DiskStorageServer implements StorageServer, AutoCloseable {
    /// Tahoe-LAFS's, 69.105 PB.
    private static final long MAX_MUTABLE_BYTES = 69_105_000_000_000_000L;

    /// What one read-test-write may read: it is held in memory, several times. Clients read what they test, some tens
    /// of bytes of each share.
    private static final long MAX_READ_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DiskStorageServer.class);

    private final Resources resources;
    private final ShareFolder folder;
    private final TubId nodeId;
    private final InstantSource clock;
    private final IndexLocks locks = new IndexLocks();
    private final MutableReads mutableReads = new MutableReads(locks);
    private final ShareCounts counts;
    private final DiskSpace space;
    private final DiskHealth health;
    private final Journal journal;
    private final Uploads uploads;
    private final Advisories advisories;
    private final ExpiryGuard guard;
    private final ShareCrawler crawler;

    private DiskStorageServer(Resources resources, StorageOptions options, InstantSource clock, LongSupplier nanos)
            throws IOException {
        this.resources = resources;
        this.folder = new ShareFolder(options.root());
        this.nodeId = options.nodeId();
        this.clock = clock;
        StorageMarker marker = resources.add(StorageMarker.take(options.root(), nodeId, options.used()));
        int unfinished = removeUnfinished(folder.incoming());
        Files.createDirectories(folder.incoming());
        this.journal = resources.add(Journal.open(folder.journal(), options.root()));
        report(options.root(), unfinished, journal.replayed(), marker);
        this.advisories = Advisories.open(folder.advisories(), clock);
        CrawlerState state = crawlerState(marker);
        this.counts = new ShareCounts(state.counts(), state.progress().hasCompleted());
        this.space = new DiskSpace(folder.shares(), options.limits(), counts);
        this.health = new DiskHealth(options.root());
        this.uploads = resources.add(new Uploads(folder, locks, space, health, counts, nanos));
        this.guard = ExpiryGuard.of(state, clock, nanos);
        var visitor = new ShareVisitor(folder, locks, journal, options.expiry(), guard, nodeId, clock);
        this.crawler = resources.add(new ShareCrawler(folder, visitor, counts, guard, state, clock, ShareCrawler.NAP));
        crawler.start();
        resources.add(Upkeep.start(uploads, journal));
    }

    /// Takes over a storage folder, made if the node never had one. Changes that a crash interrupted are made; what
    /// was left of uploads under way is removed.
    ///
    /// @throws BadConfigurationException if it is not the folder that the node used before
    public static DiskStorageServer open(StorageOptions options, InstantSource clock)
            throws BadConfigurationException, IOException {
        return open(options, clock, System::nanoTime);
    }

    static DiskStorageServer open(StorageOptions options, InstantSource clock, LongSupplier nanos) throws IOException {
        return Resources.building(resources -> new DiskStorageServer(resources, options, clock, nanos));
    }

    private static int removeUnfinished(Path incoming) throws IOException {
        if (!Files.exists(incoming)) {
            return 0;
        }
        int files = 0;
        try (Stream<Path> tree = Files.walk(incoming)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                files += Files.isDirectory(path) ? 0 : 1;
                Files.delete(path);
            }
        }
        return files;
    }

    private CrawlerState crawlerState(StorageMarker marker) throws IOException {
        CrawlerState state =
                CrawlerState.load(folder.crawlerState(), clock.instant().getEpochSecond());
        return marker.formerNode().isPresent() ? state.anew() : state;
    }

    private static void report(Path root, int unfinished, int replayed, StorageMarker marker) {
        if (unfinished > 0 || replayed > 0) {
            LOG.atInfo()
                    .addKeyValue("folder", root)
                    .addKeyValue("changesFinished", replayed)
                    .addKeyValue("unfinishedUploadsRemoved", unfinished)
                    .log("the node was not stopped but ended; what it had answered is there");
        }
        marker.formerNode()
                .ifPresent(former -> LOG.atWarn()
                        .addKeyValue("folder", root)
                        .addKeyValue("formerNode", former)
                        .log("the storage folder was kept by another node; mutable shares made there can only be "
                                + "changed with that node's private/node.pem"));
    }

    /// A folder on the same disk where requests may put aside what they bring; emptied at every start.
    public Path staging() {
        return folder.journal();
    }

    /// Looks at all shares now, rather than when it is time.
    void crawl() throws IOException {
        crawler.round();
    }

    /// What an operator wants to know.
    public StorageReport report() {
        ShareCounts.Count total = counts.total();
        long available = availableBytes();
        Optional<String> refusal = refusal();
        return new StorageReport(
                total.shares(),
                total.bytes(),
                counts.complete(),
                total.damaged(),
                available,
                advisories.count(),
                failure(),
                refusal,
                crawler.foreign(),
                crawler.report());
    }

    private Optional<String> failure() {
        journal.failure().ifPresent(health::fail);
        return health.failure();
    }

    @Override
    public ServerVersion version() {
        long available = availableBytes();
        return new ServerVersion(Product.NAME, available, MAX_MUTABLE_BYTES, available);
    }

    private long availableBytes() {
        return ofWorkingDisk(space::available).orElse(0L);
    }

    private Optional<String> refusal() {
        return ofWorkingDisk(space::refusal).flatMap(reason -> reason);
    }

    /// Asks the disk for its room. A disk that does not know it has failed.
    private <T> Optional<T> ofWorkingDisk(Question<T> question) {
        if (failure().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(question.ask());
        } catch (IOException e) {
            health.readFailed("how much of it is free", e);
            return Optional.empty();
        }
    }

    /// Something that a disk can say of itself.
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        Instant now = clock.instant();
        synchronized (locks.of(storageIndex)) {
            var files = folder.list(storageIndex);
            if (failure().isPresent()) {
                return new Allocation(readable(files), Set.of());
            }
            var allocated = new HashSet<Integer>();
            Lease first = Lease.begin(NewImmutableShare.owner(), lease, true, now);
            for (int share : shares) {
                if (!files.containsKey(share) && uploads.begin(storageIndex, share, shareBytes, upload, first)) {
                    allocated.add(share);
                }
            }
            return new Allocation(renew(files, lease, now), allocated);
        }
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret secret, long offset, ByteStream data)
            throws IOException {
        Optional<Upload> upload = uploads.find(storageIndex, share);
        if (upload.isEmpty()) {
            return WriteAnswer.Refused.NOT_ALLOCATED;
        }
        if (!upload.get().isOf(secret)) {
            return WriteAnswer.Refused.OTHER_SECRET;
        }
        return upload.get().write(offset, data);
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret secret) throws IOException {
        Optional<Upload> upload = uploads.find(storageIndex, share);
        if (upload.isEmpty()) {
            return Files.exists(folder.share(storageIndex, share))
                    ? AbortAnswer.ALREADY_COMPLETE
                    : AbortAnswer.NOT_ALLOCATED;
        }
        if (!upload.get().isOf(secret)) {
            return AbortAnswer.OTHER_SECRET;
        }
        return upload.get().giveUp() ? AbortAnswer.ABORTED : AbortAnswer.ALREADY_COMPLETE;
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        synchronized (locks.of(storageIndex)) {
            return readable(folder.list(storageIndex));
        }
    }

    /// Opens the file of a share; one that is there and cannot be read is a failure of the disk.
    private ShareFile open(Path file) throws IOException {
        try {
            return ShareFile.open(file);
        } catch (FileSystemException | CorruptContainerException e) {
            throw e;
        } catch (IOException e) {
            health.readFailed(file.toString(), e);
            throw e;
        }
    }

    private Set<Integer> readable(Map<Integer, Path> files) throws IOException {
        var shares = new TreeSet<Integer>();
        for (var file : files.entrySet()) {
            try (ShareFile _ = open(file.getValue())) {
                shares.add(file.getKey());
            } catch (CorruptContainerException e) {
                passOver(e);
            }
        }
        return shares;
    }

    private static void passOver(CorruptContainerException e) {
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a share is passed over");
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        synchronized (locks.of(storageIndex)) {
            try {
                Path path = folder.share(storageIndex, share);
                var file = open(path);
                var bytes = new ShareFileBytes(file, offset, length, path.toString(), health);
                return Optional.of(file.kind() == ShareKind.MUTABLE ? mutableReads.read(storageIndex, bytes) : bytes);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        if (!Files.exists(folder.share(storageIndex, share))) {
            return false;
        }
        LOG.atWarn()
                .addKeyValue("storageIndex", storageIndex)
                .addKeyValue("share", share)
                .log("a client reports that a share is damaged");
        advisories.add(kind, storageIndex, share, reason);
        return true;
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        synchronized (locks.of(storageIndex)) {
            return !renew(folder.list(storageIndex), lease, clock.instant()).isEmpty();
        }
    }

    /// The shares that have the lease now: all but the damaged ones.
    private Set<Integer> renew(Map<Integer, Path> shares, LeaseSecrets lease, Instant now) throws IOException {
        var renewed = new TreeSet<Integer>();
        List<FileChange> changes = new ArrayList<>();
        for (var share : shares.entrySet()) {
            try (var file = open(share.getValue())) {
                changes.add(new Write(share.getValue(), false, file.renewal(lease, now)));
                renewed.add(share.getKey());
            } catch (CorruptContainerException e) {
                passOver(e);
            }
        }
        if (!changes.isEmpty()) {
            commit(changes);
            guard.renewed(now);
        }
        return renewed;
    }

    private void commit(List<FileChange> changes) throws IOException {
        health.check();
        try {
            journal.commitForGood(changes);
        } catch (IOException e) {
            health.writeFailed("the journal", e);
            throw e;
        }
    }

    @Override
    public ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException {
        if (!shares.values().stream().allMatch(DiskStorageServer::canHold)) {
            return new ReadTestWriteAnswer.NoRoom();
        }
        synchronized (locks.of(storageIndex)) {
            try (var slot = MutableSlot.open(folder, storageIndex)) {
                if (!slot.accepts(writeEnabler)) {
                    return new ReadTestWriteAnswer.WrongWriteEnabler();
                }
                if (slot.bytesToRead(reads) > MAX_READ_BYTES) {
                    return new ReadTestWriteAnswer.NoRoom();
                }
                boolean passed = slot.passes(shares);
                var data = slot.read(reads);
                if (!passed) {
                    return new ReadTestWriteAnswer.Tested(false, data);
                }
                List<FileChange> changes = new ArrayList<>();
                for (var share : new TreeMap<>(shares).entrySet()) {
                    changes.add(slot.change(
                            share.getKey(), share.getValue(), nodeId, writeEnabler, lease, clock.instant()));
                }
                return change(storageIndex, slot, shares, changes)
                        ? new ReadTestWriteAnswer.Tested(true, data)
                        : new ReadTestWriteAnswer.NoRoom();
            }
        }
    }

    private static boolean canHold(TestAndWrite share) {
        return share.newLength().orElse(0) <= MAX_MUTABLE_BYTES
                && share.writes().stream()
                        .allMatch(write -> write.offset()
                                <= MAX_MUTABLE_BYTES - write.data().remaining());
    }

    private boolean change(
            StorageIndex storageIndex, MutableSlot slot, Map<Integer, TestAndWrite> shares, List<FileChange> changes)
            throws IOException {
        long growth = slot.growth(shares);
        if (!journal.fits(changes) || !space.promiseChange(growth + journal.length(changes))) {
            return false;
        }
        try {
            mutableReads.overtake(storageIndex);
            commit(changes);
            guard.renewed(clock.instant());
        } finally {
            space.changed(growth + journal.length(changes));
        }
        ShareCounts.Count came = slot.came(shares);
        counts.add(ShareFolder.prefix(storageIndex), came.shares(), came.bytes());
        return true;
    }

    @Override
    public void close() {
        resources.close();
    }
}
