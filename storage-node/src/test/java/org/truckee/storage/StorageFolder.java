package org.truckee.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.protocol.storage.WriteAnswer;

/// A node directory with a storage folder in it, and what clients commonly do.
record StorageFolder(Path node) {
    static final LeaseSecrets LEASE = new LeaseSecrets(new byte[32], new byte[32]);
    static final UploadSecret UPLOAD = new UploadSecret(new byte[32]);
    static final WriteEnabler ENABLER = new WriteEnabler(new byte[WriteEnabler.BYTES]);
    static final TubId NODE = new TubId(new byte[TubId.BYTES]);

    Path root() {
        return node.resolve("storage");
    }

    Path used() {
        return node.resolve("storage.marker");
    }

    StorageOptions options() {
        return StorageOptions.unlimited(root(), used(), NODE);
    }

    StorageOptions options(StorageLimits limits) {
        return new StorageOptions(root(), used(), NODE, limits, LeaseExpiry.OFF);
    }

    DiskStorageServer open() throws IOException {
        return DiskStorageServer.open(options(), InstantSource.system());
    }

    static StorageIndex index(int number) {
        return new StorageIndex(ByteBuffer.allocate(StorageIndex.BYTES)
                .putInt(number * 0x9e3779b1)
                .putInt(number)
                .array());
    }

    static byte[] bytes(long seed, int length) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static boolean put(StorageServer server, StorageIndex index, int share, byte[] bytes) throws IOException {
        var allocated = server.allocate(index, Set.of(share), bytes.length, UPLOAD, LEASE)
                .allocated();
        return allocated.contains(share)
                && server.write(index, share, UPLOAD, 0, ByteStream.of(bytes)) instanceof WriteAnswer.Written written
                && written.complete();
    }

    static byte[] get(StorageServer server, StorageIndex index, int share) throws IOException {
        try (var bytes = server.read(ShareKind.IMMUTABLE, index, share, 0, Long.MAX_VALUE)
                .orElseThrow(() -> new IOException("share " + share + " of " + index + " is not there"))) {
            return bytes.readAll();
        }
    }

    /// Writes the same bytes into some shares of a slot, in place of what they held.
    static ReadTestWriteAnswer overwrite(StorageServer server, StorageIndex index, Set<Integer> shares, byte[] bytes)
            throws IOException {
        var write = new TestAndWrite.Write(0, ByteBuffer.wrap(bytes));
        var vectors = new TestAndWrite(List.of(), List.of(write), OptionalLong.of(bytes.length));
        var all = new HashMap<Integer, TestAndWrite>();
        shares.forEach(share -> all.put(share, vectors));
        return server.readTestWrite(index, ENABLER, LEASE, Map.copyOf(all), List.of());
    }

    /// Everything below the storage folder's shares, without folders.
    List<Path> shareFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root().resolve("shares"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static byte[] contents(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
