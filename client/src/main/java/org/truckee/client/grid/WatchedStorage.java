package org.truckee.client.grid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/// A storage server of which every call ends with a [FrozenServerException] when the server is frozen, and from and
/// to which contents pass at the rates of the line.
final class WatchedStorage implements StorageServer {
    private final GridServer server;
    private final StorageServer storage;
    private final Line line;
    private final Line.Member member;

    WatchedStorage(GridServer server, StorageServer storage, Line line) {
        this.server = server;
        this.storage = storage;
        this.line = line;
        this.member = line.member(server.id(), storage);
    }

    boolean isFrozen() {
        return line.isFrozen(member);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T watched(Work<T> work) throws IOException {
        try (var call = line.begin(server, member)) {
            return run(call, work);
        }
    }

    private <T> T run(Line.Call call, Work<T> work) throws IOException {
        try {
            T answer = work.run();
            call.heard();
            return answer;
        } catch (IOException | RuntimeException e) {
            if (call.frozen()) {
                var frozen = new FrozenServerException(server);
                frozen.addSuppressed(e);
                throw frozen;
            }
            throw e;
        }
    }

    @Override
    public ServerVersion version() throws IOException {
        try (var call = line.beginAnyway(member)) {
            return run(call, storage::version);
        }
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        return watched(() -> storage.allocate(storageIndex, shares, shareBytes, upload, lease));
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException {
        return watched(
                () -> storage.write(storageIndex, share, upload, offset, new PacedBytes(data, line.up(), data::read)));
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException {
        return watched(() -> storage.abort(storageIndex, share, upload));
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        return watched(() -> storage.list(kind, storageIndex));
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        return watched(() -> storage.read(kind, storageIndex, share, offset, length))
                .map(bytes -> new PacedBytes(bytes, line.down(), target -> watched(() -> bytes.read(target))));
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        return watched(() -> storage.adviseCorrupt(kind, storageIndex, share, reason));
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        return watched(() -> storage.renewLease(storageIndex, lease));
    }

    @Override
    public ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException {
        for (TestAndWrite share : shares.values()) {
            for (var write : share.writes()) {
                line.up().take(write.data().remaining());
            }
        }
        return watched(() -> storage.readTestWrite(storageIndex, writeEnabler, lease, shares, reads));
    }

    /// Bytes that wait for their turn on the line.
    private static final class PacedBytes implements ByteStream {
        private final ByteStream bytes;
        private final Rate rate;
        private final Source source;

        PacedBytes(ByteStream bytes, Rate rate, Source source) {
            this.bytes = bytes;
            this.rate = rate;
            this.source = source;
        }

        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int limit = target.limit();
            target.limit(target.position() + rate.turn(target.remaining()));
            try {
                int read = source.read(target);
                rate.take(Math.max(0, read));
                return read;
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public boolean isOpen() {
            return bytes.isOpen();
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /// How bytes are read.
    @FunctionalInterface
    private interface Source {
        int read(ByteBuffer target) throws IOException;
    }
}
