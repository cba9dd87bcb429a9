package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.node.WholeFile;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.TestAndWrite;

/// All mutable shares of one storage index, open for one read-test-write. Whoever opens it keeps others away from
/// these files meanwhile.
final class MutableSlot implements AutoCloseable {
    private final ShareFolder folder;
    private final StorageIndex storageIndex;
    private final Map<Integer, MutableShareFile> shares = new TreeMap<>();

    private MutableSlot(ShareFolder folder, StorageIndex storageIndex) {
        this.folder = folder;
        this.storageIndex = storageIndex;
    }

    static MutableSlot open(ShareFolder folder, StorageIndex storageIndex) throws IOException {
        var slot = new MutableSlot(folder, storageIndex);
        try {
            for (var entry : folder.list(storageIndex).entrySet()) {
                slot.shares.put(entry.getKey(), MutableShareFile.open(entry.getValue()));
            }
            return slot;
        } catch (IOException | RuntimeException e) {
            slot.close();
            throw e;
        }
    }

    /// Whether every share was first written with this write enabler.
    boolean accepts(WriteEnabler writeEnabler) {
        return shares.values().stream().allMatch(share -> share.accepts(writeEnabler));
    }

    /// Whether all tests of a share pass; one that is not there is like an empty one.
    boolean passes(int share, List<TestAndWrite.Test> tests) throws IOException {
        MutableShareFile file = shares.get(share);
        for (var test : tests) {
            if (!read(file, test.offset(), test.length()).equals(test.specimen())) {
                return false;
            }
        }
        return true;
    }

    /// What all shares hold at some places.
    Map<Integer, List<ByteBuffer>> read(List<ReadVector> places) throws IOException {
        var data = new HashMap<Integer, List<ByteBuffer>>();
        for (var share : shares.entrySet()) {
            var pieces = new ArrayList<ByteBuffer>();
            for (var place : places) {
                pieces.add(read(share.getValue(), place.offset(), place.length()));
            }
            data.put(share.getKey(), pieces);
        }
        return data;
    }

    private static ByteBuffer read(@Nullable MutableShareFile file, long offset, long length) throws IOException {
        if (file == null) {
            return ByteBuffer.allocate(0);
        }
        var piece = ByteBuffer.allocate((int) Math.clamp(file.shareBytes() - offset, 0, Math.min(length, 1 << 30)));
        while (piece.hasRemaining() && file.read(offset + piece.position(), piece) >= 0) {
            // until it is full
        }
        return piece.flip();
    }

    /// Changes one share, or creates it with this write enabler; one that is left gets the lease.
    void apply(
            int share, TestAndWrite vectors, TubId nodeId, WriteEnabler writeEnabler, LeaseSecrets lease, Instant now)
            throws IOException {
        Path path = folder.share(storageIndex, share);
        if (vectors.newLength().equals(OptionalLong.of(0))) {
            Files.deleteIfExists(path);
            ShareFolder.removeEmptyFoldersOf(path);
            return;
        }
        MutableShareFile file = shares.get(share);
        if (file == null) {
            ShareFolder.makeFolderOf(path);
            file = MutableShareFile.create(path, nodeId, writeEnabler);
            shares.put(share, file);
            WholeFile.syncFolder(Objects.requireNonNull(path.getParent()));
        }
        for (var write : vectors.writes()) {
            file.write(write.offset(), write.data().duplicate());
        }
        if (vectors.newLength().isPresent()) {
            file.truncate(vectors.newLength().getAsLong());
        }
        file.addOrRenew(lease, now);
        file.sync();
    }

    @Override
    public void close() throws IOException {
        for (var share : shares.values()) {
            share.close();
        }
    }
}
