package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.storage.FileChange.Delete;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Write;

/// All mutable shares of one storage index, open for one read-test-write. Whoever opens it keeps others away from
/// these files meanwhile. A damaged file is as good as absent for reading and testing, and never overwritten.
final class MutableSlot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MutableSlot.class);
    private static final int COMPARED_BYTES = 64 << 10;

    private final ShareFolder folder;
    private final StorageIndex storageIndex;
    private final Map<Integer, MutableShareFile> shares = new TreeMap<>();
    private final List<Integer> damaged = new ArrayList<>();

    private MutableSlot(ShareFolder folder, StorageIndex storageIndex) {
        this.folder = folder;
        this.storageIndex = storageIndex;
    }

    static MutableSlot open(ShareFolder folder, StorageIndex storageIndex) throws IOException {
        var slot = new MutableSlot(folder, storageIndex);
        try {
            for (var entry : folder.list(storageIndex).entrySet()) {
                slot.open(entry.getKey(), entry.getValue());
            }
            return slot;
        } catch (IOException | RuntimeException e) {
            slot.close();
            throw e;
        }
    }

    private void open(int number, Path path) throws IOException {
        try {
            ShareFile file = ShareFile.open(path);
            if (file instanceof MutableShareFile mutable) {
                shares.put(number, mutable);
            } else {
                file.close();
                damaged.add(number);
            }
        } catch (CorruptContainerException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a share is passed over");
            damaged.add(number);
        }
    }

    /// Whether every share was first written with this write enabler.
    boolean accepts(WriteEnabler writeEnabler) {
        return shares.values().stream().allMatch(share -> share.accepts(writeEnabler));
    }

    /// Whether all tests of all shares pass.
    boolean passes(Map<Integer, TestAndWrite> vectors) throws IOException {
        for (var share : vectors.entrySet()) {
            if (!passes(share.getKey(), share.getValue().tests())) {
                return false;
            }
        }
        return true;
    }

    /// Whether all tests of a share pass; one that is not there is like an empty one.
    private boolean passes(int share, List<TestAndWrite.Test> tests) throws IOException {
        MutableShareFile file = shares.get(share);
        for (var test : tests) {
            boolean possible = test.specimen().remaining() <= test.length();
            if (!possible || !matches(file, test)) {
                return false;
            }
        }
        return !damaged.contains(share);
    }

    /// Reads one byte more than the specimen has, if the test asks for more, and no more than that; piece by piece,
    /// because a specimen may be longer than what fits into memory.
    private static boolean matches(@Nullable MutableShareFile file, TestAndWrite.Test test) throws IOException {
        ByteBuffer specimen = test.specimen().duplicate();
        boolean asksForMore = test.length() > specimen.remaining();
        long at = test.offset();
        while (specimen.hasRemaining()) {
            ByteBuffer piece = read(file, at, Math.min(specimen.remaining(), COMPARED_BYTES));
            if (!piece.hasRemaining() || !piece.equals(next(specimen, piece.remaining()))) {
                return false;
            }
            at += piece.remaining();
        }
        return !asksForMore || !read(file, at, 1).hasRemaining();
    }

    private static ByteBuffer next(ByteBuffer bytes, int count) {
        ByteBuffer next = bytes.slice(bytes.position(), count);
        bytes.position(bytes.position() + count);
        return next;
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

    /// How many bytes [#read] would give.
    long bytesToRead(List<ReadVector> places) {
        long bytes = 0;
        for (var share : shares.values()) {
            for (var place : places) {
                bytes += Math.clamp(share.shareBytes() - place.offset(), 0, place.length());
            }
        }
        return bytes;
    }

    private static ByteBuffer read(@Nullable MutableShareFile file, long offset, long length) throws IOException {
        if (file == null) {
            return ByteBuffer.allocate(0);
        }
        var piece = ByteBuffer.allocate(Math.toIntExact(Math.clamp(file.shareBytes() - offset, 0, length)));
        while (piece.hasRemaining() && file.read(offset + piece.position(), piece) >= 0) {
            // until it is full
        }
        return piece.flip();
    }

    /// How many bytes the files grow by at most.
    long growth(Map<Integer, TestAndWrite> vectors) {
        long growth = 0;
        for (var share : vectors.entrySet()) {
            MutableShareFile file = shares.get(share.getKey());
            long before = file == null ? 0 : file.shareBytes();
            growth += MutableShareFile.endAfter(share.getValue(), before) - before;
            growth += file == null ? MutableShareFile.OVERHEAD_BYTES : Lease.MUTABLE_BYTES;
        }
        return growth;
    }

    /// How many shares, and how many share bytes, come by a change, or, if negative, go.
    ShareCounts.Count came(Map<Integer, TestAndWrite> vectors) {
        var came = ShareCounts.Count.NONE;
        for (var share : vectors.entrySet()) {
            MutableShareFile file = shares.get(share.getKey());
            long before = file == null ? 0 : file.shareBytes();
            boolean goes = deletes(share.getValue());
            long after = goes ? 0 : MutableShareFile.lengthAfter(share.getValue(), before);
            int shareCame = (goes ? 0 : 1) - (file == null ? 0 : 1);
            came = came.plus(new ShareCounts.Count(shareCame, after - before, 0, 0));
        }
        return came;
    }

    private static boolean deletes(TestAndWrite vectors) {
        return vectors.newLength().equals(OptionalLong.of(0));
    }

    /// What has to be done for one share to be changed, or created with this write enabler; one that is left gets the
    /// lease.
    FileChange change(
            int share, TestAndWrite vectors, TubId nodeId, WriteEnabler writeEnabler, LeaseSecrets lease, Instant now)
            throws IOException {
        Path path = folder.share(storageIndex, share);
        if (deletes(vectors)) {
            return new Delete(path);
        }
        MutableShareFile file = shares.get(share);
        if (file == null) {
            var newLease = MutableShareFile.newLease(lease, now);
            return new Write(path, true, MutableShareFile.creation(vectors, nodeId, writeEnabler, newLease));
        }
        List<Piece> pieces = new ArrayList<>(file.change(vectors));
        pieces.addAll(file.renewal(lease, now, vectors));
        return new Write(path, false, pieces);
    }

    @Override
    public void close() throws IOException {
        for (var share : shares.values()) {
            share.close();
        }
    }
}
