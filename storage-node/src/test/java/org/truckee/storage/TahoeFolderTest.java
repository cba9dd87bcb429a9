package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.TestAndWrite;

/// Storage folders that five Tahoe-LAFS servers filled. What a share file holds is taken from it here by offsets, not
/// by the classes under test.
class TahoeFolderTest {
    private static final Path FIXTURES = Path.of("../interop/fixtures/shares");
    private static final int IMMUTABLE_AT = 12;
    private static final int LEASE_BYTES = 72;
    private static final int NODE_ID_AT = 32;
    private static final int ENABLER_AT = 52;
    private static final int LENGTH_AT = 84;
    private static final int LEASES_AT = 92;
    private static final int MUTABLE_AT = 468;

    @TempDir
    Path node;

    /// A share file of a Tahoe-LAFS server.
    private static final class Kept {
        private final StorageIndex storageIndex;
        private final int share;
        private final byte[] file;

        Kept(StorageIndex storageIndex, int share, byte[] file) {
            this.storageIndex = storageIndex;
            this.share = share;
            this.file = file;
        }

        boolean isMutable() {
            return file[0] == 'T';
        }

        byte[] contents() {
            var header = ByteBuffer.wrap(file);
            return isMutable()
                    ? Arrays.copyOfRange(file, MUTABLE_AT, MUTABLE_AT + (int) header.getLong(LENGTH_AT))
                    : Arrays.copyOfRange(file, IMMUTABLE_AT, file.length - LEASE_BYTES * header.getInt(8));
        }

        /// What stands before the leases' place and the share, except for the place of further leases.
        byte[] head() {
            return Arrays.copyOf(file, isMutable() ? LEASES_AT : IMMUTABLE_AT);
        }

        TubId nodeId() {
            return new TubId(Arrays.copyOfRange(file, NODE_ID_AT, ENABLER_AT));
        }

        WriteEnabler enabler() {
            return new WriteEnabler(Arrays.copyOfRange(file, ENABLER_AT, LENGTH_AT));
        }
    }

    private static List<Kept> kept(String server) throws IOException {
        try (Stream<Path> files = Files.walk(FIXTURES.resolve(server))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> new Kept(
                            StorageIndex.parse(file.getName(file.getNameCount() - 2)
                                            .toString())
                                    .orElseThrow(),
                            Integer.parseInt(file.getFileName().toString()),
                            StorageFolder.contents(file)))
                    .toList();
        }
    }

    private static TubId nodeIdOf(List<Kept> shares) {
        return shares.stream().filter(Kept::isMutable).findFirst().orElseThrow().nodeId();
    }

    private DiskStorageServer open(TubId nodeId) throws IOException {
        var options = StorageOptions.unlimited(node.resolve("storage"), node.resolve("storage.marker"), nodeId);
        return DiskStorageServer.open(options, InstantSource.system());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s1", "s2", "s3", "s4", "s5"})
    void nodeOnACopyOfTheFolderServesEveryShare(String server) throws IOException {
        List<Kept> shares = kept(server);
        for (Kept kept : shares) {
            Path place = new ShareFolder(node.resolve("storage")).share(kept.storageIndex, kept.share);
            Files.createDirectories(Objects.requireNonNull(place.getParent()));
            Files.write(place, kept.file);
        }
        try (var disk = open(nodeIdOf(shares));
                var front = new HttpsFront(disk)) {
            for (Kept kept : shares) {
                ShareKind kind = kept.isMutable() ? ShareKind.MUTABLE : ShareKind.IMMUTABLE;
                assertThat(front.server().list(kind, kept.storageIndex)).contains(kept.share);
                assertThat(read(front.server(), kind, kept)).isEqualTo(kept.contents());
            }
        }
    }

    private static byte[] read(StorageServer server, ShareKind kind, Kept kept) throws IOException {
        try (var bytes = server.read(kind, kept.storageIndex, kept.share, 0, Long.MAX_VALUE)
                .orElseThrow()) {
            return bytes.readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s1", "s2", "s3", "s4", "s5"})
    void sharesWrittenThroughTheEndpointAreTheSameFilesApartFromLeases(String server) throws IOException {
        List<Kept> shares = kept(server);
        try (var disk = open(nodeIdOf(shares));
                var front = new HttpsFront(disk)) {
            for (Kept kept : shares) {
                write(front.server(), kept);
                Path place = new ShareFolder(node.resolve("storage")).share(kept.storageIndex, kept.share);
                var ours = new Kept(kept.storageIndex, kept.share, Files.readAllBytes(place));
                assertThat(ours.contents()).isEqualTo(kept.contents());
                assertThat(ours.head()).isEqualTo(kept.head());
                assertThat(ours.file).hasSameSizeAs(kept.file);
            }
        }
    }

    private static void write(StorageServer server, Kept kept) throws IOException {
        byte[] contents = kept.contents();
        if (kept.isMutable()) {
            var write = new TestAndWrite.Write(0, ByteBuffer.wrap(contents));
            var vectors = new TestAndWrite(List.of(), List.of(write), OptionalLong.empty());
            server.readTestWrite(
                    kept.storageIndex, kept.enabler(), StorageFolder.LEASE, Map.of(kept.share, vectors), List.of());
        } else {
            server.allocate(
                    kept.storageIndex, Set.of(kept.share), contents.length, StorageFolder.UPLOAD, StorageFolder.LEASE);
            server.write(kept.storageIndex, kept.share, StorageFolder.UPLOAD, 0, ByteStream.of(contents));
        }
    }
}
