package org.truckee.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.AbortAnswer;
import org.truckee.protocol.storage.Allocation;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.ServerVersion;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.protocol.storage.WriteAnswer;

/// Keeps shares in a folder, in Tahoe-LAFS's layout, so that a Tahoe node's folder can be taken over and given back.
public final class DiskStorageServer implements StorageServer {
    /// Tahoe-LAFS's, 69.105 PB.
    private static final long MAX_MUTABLE_BYTES = 69_105_000_000_000_000L;

    private static final String APPLICATION = "truckee/0.1";

    private final ShareFolder folder;
    private final TubId nodeId;
    private final long reservedBytes;
    private final InstantSource clock;
    private final Map<Path, Upload> uploads = new ConcurrentHashMap<>();
    private final Object[] locks = new Object[64];

    private DiskStorageServer(ShareFolder folder, TubId nodeId, long reservedBytes, InstantSource clock) {
        this.folder = folder;
        this.nodeId = nodeId;
        this.reservedBytes = reservedBytes;
        this.clock = clock;
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new Object();
        }
    }

    /// On `root` (`NODE/storage`), made if it is not there. Uploads that an earlier process left unfinished are
    /// removed. `reservedBytes` of the disk are left free.
    public static DiskStorageServer open(Path root, TubId nodeId, long reservedBytes, InstantSource clock)
            throws IOException {
        var folder = new ShareFolder(root);
        deleteTree(folder.incoming());
        Files.createDirectories(folder.shares());
        Files.createDirectories(folder.advisories());
        return new DiskStorageServer(folder, nodeId, reservedBytes, clock);
    }

    private static void deleteTree(Path top) throws IOException {
        if (Files.exists(top)) {
            try (Stream<Path> tree = Files.walk(top)) {
                for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /// Guards the files of one storage index, shared with some others.
    private Object lock(StorageIndex storageIndex) {
        return locks[Math.floorMod(storageIndex.hashCode(), locks.length)];
    }

    @Override
    public ServerVersion version() throws IOException {
        long available = availableBytes();
        return new ServerVersion(APPLICATION, available, MAX_MUTABLE_BYTES, available);
    }

    private long availableBytes() throws IOException {
        return Math.max(0, Files.getFileStore(folder.shares()).getUsableSpace() - reservedBytes);
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        synchronized (lock(storageIndex)) {
            SortedMap<Integer, Path> there = folder.list(storageIndex);
            renew(there, lease);
            var allocated = new HashSet<Integer>();
            long room = availableBytes()
                    - uploads.values().stream().mapToLong(Upload::bytes).sum();
            for (int share : shares) {
                Path incoming = folder.incomingShare(storageIndex, share);
                if (!there.containsKey(share) && !uploads.containsKey(incoming) && room >= shareBytes) {
                    ShareFolder.makeFolderOf(incoming);
                    var file = ImmutableShareFile.create(incoming, shareBytes, lease, clock.instant());
                    uploads.put(incoming, new Upload(upload, incoming, folder.share(storageIndex, share), file));
                    allocated.add(share);
                    room -= shareBytes;
                }
            }
            return new Allocation(there.keySet(), allocated);
        }
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException {
        Path incoming = folder.incomingShare(storageIndex, share);
        Upload open = uploads.get(incoming);
        if (open == null) {
            return WriteAnswer.Refused.NOT_ALLOCATED;
        }
        if (!open.isOf(upload)) {
            return WriteAnswer.Refused.OTHER_SECRET;
        }
        WriteAnswer answer = open.write(offset, data);
        if (answer instanceof WriteAnswer.Written written && written.complete()) {
            uploads.remove(incoming, open);
        }
        return answer;
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException {
        Path incoming = folder.incomingShare(storageIndex, share);
        Upload open = uploads.get(incoming);
        if (open == null) {
            return Files.exists(folder.share(storageIndex, share))
                    ? AbortAnswer.ALREADY_COMPLETE
                    : AbortAnswer.NOT_ALLOCATED;
        }
        if (!open.isOf(upload)) {
            return AbortAnswer.OTHER_SECRET;
        }
        open.abort();
        uploads.remove(incoming, open);
        return AbortAnswer.ABORTED;
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        return folder.list(storageIndex).keySet();
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        try {
            var file = ShareFile.openToRead(folder.share(storageIndex, share));
            return Optional.of(new ShareFileBytes(file, offset, length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        if (!Files.exists(folder.share(storageIndex, share))) {
            return false;
        }
        String name = clock.instant().toString().replace(":", "").replace("Z", "") + "--" + storageIndex + "-" + share;
        String text = """
                report: Share Corruption
                type: %s
                storage_index: %s
                share_number: %d

                %s

                """.formatted(kind, storageIndex, share, reason);
        Files.write(folder.advisories().resolve(name), text.getBytes(UTF_8));
        return true;
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        synchronized (lock(storageIndex)) {
            SortedMap<Integer, Path> there = folder.list(storageIndex);
            renew(there, lease);
            return !there.isEmpty();
        }
    }

    private void renew(SortedMap<Integer, Path> shares, LeaseSecrets lease) throws IOException {
        Instant now = clock.instant();
        for (Path path : shares.values()) {
            try (var file = ShareFile.open(path)) {
                file.addOrRenew(lease, now);
                file.sync();
            }
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
        synchronized (lock(storageIndex)) {
            try (var slot = MutableSlot.open(folder, storageIndex)) {
                if (!slot.accepts(writeEnabler)) {
                    return new ReadTestWriteAnswer.WrongWriteEnabler();
                }
                boolean pass = true;
                for (var entry : shares.entrySet()) {
                    pass &= slot.passes(entry.getKey(), entry.getValue().tests());
                }
                var data = slot.read(reads);
                if (pass) {
                    for (var entry : shares.entrySet()) {
                        slot.apply(entry.getKey(), entry.getValue(), nodeId, writeEnabler, lease, clock.instant());
                    }
                }
                return new ReadTestWriteAnswer.Tested(pass, data);
            }
        }
    }
}
