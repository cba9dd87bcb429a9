package org.truckee.client.grid;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
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

/// A server wherever it was last reached: those who hold it need not know that it moved.
final class ReachedStorage implements StorageServer {
    private volatile @Nullable StorageServer place;

    /// From now on it is asked here.
    void reachedAt(StorageServer newPlace) {
        place = newPlace;
    }

    private StorageServer place() throws IOException {
        StorageServer reached = place;
        if (reached == null) {
            throw new IOException("the server has not been reached yet");
        }
        return reached;
    }

    @Override
    public ServerVersion version() throws IOException {
        return place().version();
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        return place().allocate(storageIndex, shares, shareBytes, upload, lease);
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException {
        return place().write(storageIndex, share, upload, offset, data);
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException {
        return place().abort(storageIndex, share, upload);
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        return place().list(kind, storageIndex);
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        return place().read(kind, storageIndex, share, offset, length);
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        return place().adviseCorrupt(kind, storageIndex, share, reason);
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        return place().renewLease(storageIndex, lease);
    }

    @Override
    public ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException {
        return place().readTestWrite(storageIndex, writeEnabler, lease, shares, reads);
    }
}
