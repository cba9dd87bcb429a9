package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.ByteStream;

/// The readers of mutable shares. Shares are changed in place, so a reader that is overtaken by a change gets an
/// exception instead of half of the one and half of the other.
final class MutableReads {
    private final IndexLocks locks;

    /// The set of a storage index is guarded by its lock.
    private final Map<StorageIndex, Set<Reader>> readers = new ConcurrentHashMap<>();

    MutableReads(IndexLocks locks) {
        this.locks = locks;
    }

    /// Reads part of an open share. The caller holds the storage index.
    ByteStream read(StorageIndex storageIndex, ByteStream part) throws IOException {
        var reader = new Reader(storageIndex, part);
        try {
            reader.refill();
        } catch (IOException e) {
            part.close();
            throw e;
        }
        readers.computeIfAbsent(storageIndex, _ -> new HashSet<>()).add(reader);
        return reader;
    }

    /// Shares of this storage index are about to change. The caller holds it.
    void overtake(StorageIndex storageIndex) {
        for (Reader reader : readers.getOrDefault(storageIndex, Set.of())) {
            reader.overtaken = true;
        }
    }

    /// Reads ahead, so that most parts come out whole.
    private final class Reader implements ByteStream {
        private static final int AHEAD_BYTES = 256 << 10;

        private final StorageIndex storageIndex;
        private final ByteStream part;
        private final ByteBuffer ahead;
        private long unread;
        private boolean overtaken;

        Reader(StorageIndex storageIndex, ByteStream part) {
            this.storageIndex = storageIndex;
            this.part = part;
            this.ahead = ByteBuffer.allocate((int) Math.min(AHEAD_BYTES, part.length()))
                    .limit(0);
            this.unread = part.length();
        }

        private void refill() throws IOException {
            ahead.clear().limit((int) Math.min(ahead.capacity(), unread));
            part.readFully(ahead);
            unread -= ahead.flip().remaining();
        }

        @Override
        public long length() {
            return part.length();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!ahead.hasRemaining()) {
                if (unread == 0) {
                    return -1;
                }
                synchronized (locks.of(storageIndex)) {
                    if (overtaken) {
                        throw new IOException("a share of " + storageIndex + " was changed while it was read");
                    }
                    refill();
                }
            }
            int read = Math.min(ahead.remaining(), target.remaining());
            target.put(target.position(), ahead, ahead.position(), read).position(target.position() + read);
            ahead.position(ahead.position() + read);
            return read;
        }

        @Override
        public boolean isOpen() {
            return part.isOpen();
        }

        @Override
        public void close() throws IOException {
            synchronized (locks.of(storageIndex)) {
                readers.computeIfPresent(storageIndex, (_, all) -> {
                    all.remove(this);
                    return all.isEmpty() ? null : all;
                });
            }
            part.close();
        }
    }
}
