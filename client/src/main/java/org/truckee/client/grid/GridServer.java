package org.truckee.client.grid;

import java.io.IOException;
import java.time.Duration;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.Digests;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;

/// A storage server as a client knows it: who it is, which secrets it is owed, where it stands in the ring, and how
/// it is asked. Two of the same id are the same server.
public final class GridServer {
    private final ServerId id;
    private final String nickname;
    private final TubId tubId;
    private final byte[] permutationSeed;
    private final WatchedStorage storage;
    private final ServerHistory history = new ServerHistory();

    /// `line` is that of all servers of this client.
    public GridServer(
            ServerId id, String nickname, TubId tubId, byte[] permutationSeed, StorageServer storage, Line line) {
        this.id = id;
        this.nickname = nickname;
        this.tubId = tubId;
        this.permutationSeed = permutationSeed.clone();
        this.storage = new WatchedStorage(this, storage, line);
    }

    public ServerId id() {
        return id;
    }

    public String nickname() {
        return nickname;
    }

    /// What lease secrets and write enablers for this server depend on.
    public TubId tubId() {
        return tubId;
    }

    /// Calls to it fail with a [FrozenServerException] once it is known to be frozen.
    public StorageServer storage() {
        return storage;
    }

    /// Whether it is connected and says nothing, not even which version it is. It is not asked anything meanwhile.
    public boolean isFrozen() {
        return storage.isFrozen();
    }

    /// How fast it has been.
    public ServerHistory history() {
        return history;
    }

    /// The bytes of an immutable share that it keeps, whose reading tells how fast it is.
    public ShareSource share(StorageIndex storageIndex, int share) {
        return (offset, length) -> {
            long start = System.nanoTime();
            var data = storage.read(ShareKind.IMMUTABLE, storageIndex, share, offset, length);
            if (data.isEmpty()) {
                throw new IOException(this + " does not have share " + share + " any more");
            }
            try (var stream = data.get()) {
                byte[] bytes = stream.readAll();
                history.read(bytes.length, Duration.ofNanos(System.nanoTime() - start));
                return bytes;
            }
        };
    }

    /// Where the server stands for a file: servers are asked in ascending order of this.
    byte[] placeFor(StorageIndex storageIndex) {
        var sha1 = Digests.sha1();
        sha1.update(storageIndex.toBytes());
        return sha1.digest(permutationSeed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GridServer that && that.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /// Nickname and short id, as in messages for people.
    @Override
    public String toString() {
        return nickname + " (" + id.shortName() + ")";
    }
}
