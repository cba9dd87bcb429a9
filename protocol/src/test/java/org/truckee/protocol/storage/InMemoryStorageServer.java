package org.truckee.protocol.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;

/// A storage server that forgets everything when it goes; for tests that need many.
public final class InMemoryStorageServer implements StorageServer {
    private static final class Upload {
        final UploadSecret secret;
        final byte[] bytes;
        final boolean[] written;

        Upload(UploadSecret secret, int size) {
            this.secret = secret;
            this.bytes = new byte[size];
            this.written = new boolean[size];
        }
    }

    private static final class Slot {
        final Map<Integer, byte[]> shares = new TreeMap<>();
        Optional<WriteEnabler> writeEnabler = Optional.empty();
    }

    private final Map<StorageIndex, Map<Integer, Upload>> uploads = new HashMap<>();
    private final Map<StorageIndex, Map<Integer, byte[]>> immutable = new HashMap<>();
    private final Map<StorageIndex, Slot> mutable = new HashMap<>();
    private final List<String> advisories = new ArrayList<>();
    private final Set<LeaseSecrets> leases = new HashSet<>();
    private long room = 1L << 40;

    /// What new and growing shares may take together, in bytes.
    public synchronized void setRoom(long bytes) {
        room = bytes;
    }

    /// The bytes of a share, to look at and to damage.
    public synchronized byte[] share(ShareKind kind, StorageIndex storageIndex, int share) {
        return shares(kind, storageIndex).getOrDefault(share, new byte[0]);
    }

    /// Puts a share there, or takes it away if `bytes` are empty.
    public synchronized void setShare(ShareKind kind, StorageIndex storageIndex, int share, byte[] bytes) {
        if (bytes.length == 0) {
            shares(kind, storageIndex).remove(share);
        } else {
            shares(kind, storageIndex).put(share, bytes);
        }
    }

    public synchronized List<String> advisories() {
        return List.copyOf(advisories);
    }

    /// Uploads that are neither complete nor aborted.
    public synchronized int openUploads() {
        return uploads.values().stream().mapToInt(Map::size).sum();
    }

    private Map<Integer, byte[]> shares(ShareKind kind, StorageIndex storageIndex) {
        return switch (kind) {
            case IMMUTABLE -> immutable.computeIfAbsent(storageIndex, _ -> new TreeMap<>());
            case MUTABLE -> mutable.computeIfAbsent(storageIndex, _ -> new Slot()).shares;
        };
    }

    private Map<Integer, Upload> open(StorageIndex storageIndex) {
        return uploads.computeIfAbsent(storageIndex, _ -> new HashMap<>());
    }

    @Override
    public synchronized ServerVersion version() {
        return new ServerVersion("memory", room, room, room);
    }

    @Override
    public synchronized Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease) {
        leases.add(lease);
        Map<Integer, byte[]> there = shares(ShareKind.IMMUTABLE, storageIndex);
        Map<Integer, Upload> open = open(storageIndex);
        var allocated = new HashSet<Integer>();
        for (int share : shares) {
            if (!there.containsKey(share) && !open.containsKey(share) && room >= shareBytes) {
                open.put(share, new Upload(upload, Math.toIntExact(shareBytes)));
                allocated.add(share);
                room -= shareBytes;
            }
        }
        return new Allocation(there.keySet(), allocated);
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret secret, long offset, ByteStream data)
            throws IOException {
        var refused = refusal(storageIndex, share, secret, offset, data.length());
        // the bytes may be long in coming: others are served meanwhile
        return refused.isPresent() ? refused.get() : write(storageIndex, share, secret, offset, data.readAll());
    }

    private synchronized Optional<WriteAnswer> refusal(
            StorageIndex storageIndex, int share, UploadSecret secret, long offset, long length) {
        Upload upload = open(storageIndex).get(share);
        if (upload == null) {
            return Optional.of(WriteAnswer.Refused.NOT_ALLOCATED);
        }
        if (!upload.secret.equals(secret)) {
            return Optional.of(WriteAnswer.Refused.OTHER_SECRET);
        }
        return offset > upload.bytes.length - length ? Optional.of(WriteAnswer.Refused.BEYOND_END) : Optional.empty();
    }

    private synchronized WriteAnswer write(
            StorageIndex storageIndex, int share, UploadSecret secret, long offset, byte[] bytes) {
        var refused = refusal(storageIndex, share, secret, offset, bytes.length);
        if (refused.isPresent()) {
            return refused.get();
        }
        Upload upload = Objects.requireNonNull(open(storageIndex).get(share));
        for (int i = 0; i < bytes.length; i++) {
            int at = (int) offset + i;
            if (upload.written[at] && upload.bytes[at] != bytes[i]) {
                return WriteAnswer.Refused.CONFLICT;
            }
            upload.bytes[at] = bytes[i];
            upload.written[at] = true;
        }
        List<ByteRange> missing = missing(upload.written);
        if (missing.isEmpty()) {
            open(storageIndex).remove(share);
            shares(ShareKind.IMMUTABLE, storageIndex).put(share, upload.bytes);
        }
        return new WriteAnswer.Written(missing);
    }

    private static List<ByteRange> missing(boolean[] written) {
        var missing = new ArrayList<ByteRange>();
        for (int at = 0; at < written.length; at++) {
            int begin = at;
            while (at < written.length && !written[at]) {
                at++;
            }
            if (begin < at) {
                missing.add(new ByteRange(begin, at));
            }
        }
        return missing;
    }

    @Override
    public synchronized AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret secret) {
        Upload upload = open(storageIndex).get(share);
        if (upload == null) {
            return shares(ShareKind.IMMUTABLE, storageIndex).containsKey(share)
                    ? AbortAnswer.ALREADY_COMPLETE
                    : AbortAnswer.NOT_ALLOCATED;
        }
        if (!upload.secret.equals(secret)) {
            return AbortAnswer.OTHER_SECRET;
        }
        open(storageIndex).remove(share);
        room += upload.bytes.length;
        return AbortAnswer.ABORTED;
    }

    @Override
    public synchronized Set<Integer> list(ShareKind kind, StorageIndex storageIndex) {
        return Set.copyOf(shares(kind, storageIndex).keySet());
    }

    @Override
    public synchronized Optional<ByteStream> read(
            ShareKind kind, StorageIndex storageIndex, int share, long offset, long length) {
        return Optional.ofNullable(shares(kind, storageIndex).get(share))
                .map(bytes -> ByteStream.of(slice(bytes, offset, length)));
    }

    private static ByteBuffer slice(byte[] bytes, long offset, long length) {
        int from = (int) Math.min(offset, bytes.length);
        return ByteBuffer.wrap(bytes, from, (int) Math.min(length, bytes.length - from))
                .slice();
    }

    @Override
    public synchronized boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason) {
        boolean there = shares(kind, storageIndex).containsKey(share);
        if (there) {
            advisories.add(reason);
        }
        return there;
    }

    @Override
    public synchronized boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) {
        leases.add(lease);
        return Arrays.stream(ShareKind.values())
                .anyMatch(kind -> !shares(kind, storageIndex).isEmpty());
    }

    @Override
    public synchronized ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> changes,
            List<ReadVector> reads) {
        leases.add(lease);
        Slot slot = mutable.computeIfAbsent(storageIndex, _ -> new Slot());
        if (!slot.shares.isEmpty() && !slot.writeEnabler.equals(Optional.of(writeEnabler))) {
            return new ReadTestWriteAnswer.WrongWriteEnabler();
        }
        boolean pass = changes.entrySet().stream()
                .allMatch(change -> change.getValue().tests().stream().allMatch(test -> {
                    byte[] share = slot.shares.getOrDefault(change.getKey(), new byte[0]);
                    return slice(share, test.offset(), test.length()).equals(test.specimen());
                }));
        var data = new HashMap<Integer, List<ByteBuffer>>();
        slot.shares.forEach((share, bytes) -> data.put(
                share,
                reads.stream()
                        .map(read -> slice(bytes, read.offset(), read.length()))
                        .toList()));
        if (pass) {
            long growth = changes.entrySet().stream()
                    .mapToLong(change -> growth(slot, change.getKey(), change.getValue()))
                    .sum();
            if (growth > room) {
                return new ReadTestWriteAnswer.NoRoom();
            }
            room -= growth;
            slot.writeEnabler = Optional.of(writeEnabler);
            changes.forEach((share, change) -> apply(slot, share, change));
        }
        return new ReadTestWriteAnswer.Tested(pass, data);
    }

    /// By how many bytes the share will be longer.
    private static long growth(Slot slot, int share, TestAndWrite change) {
        long before = slot.shares.getOrDefault(share, new byte[0]).length;
        long end = change.writes().stream()
                .mapToLong(write -> write.offset() + write.data().remaining())
                .max()
                .orElse(before);
        return Math.min(Math.max(before, end), change.newLength().orElse(Long.MAX_VALUE)) - before;
    }

    private static void apply(Slot slot, int share, TestAndWrite change) {
        if (change.newLength().equals(OptionalLong.of(0))) {
            slot.shares.remove(share);
            return;
        }
        byte[] bytes = slot.shares.getOrDefault(share, new byte[0]);
        for (var write : change.writes()) {
            int end = (int) write.offset() + write.data().remaining();
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, end));
            write.data().duplicate().get(bytes, (int) write.offset(), end - (int) write.offset());
        }
        long length = change.newLength().orElse(bytes.length);
        slot.shares.put(share, Arrays.copyOf(bytes, (int) Math.min(length, bytes.length)));
    }
}
