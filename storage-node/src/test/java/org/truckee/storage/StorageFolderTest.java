package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.truckee.storage.StorageFolder.ENABLER;
import static org.truckee.storage.StorageFolder.LEASE;
import static org.truckee.storage.StorageFolder.UPLOAD;
import static org.truckee.storage.StorageFolder.bytes;
import static org.truckee.storage.StorageFolder.get;
import static org.truckee.storage.StorageFolder.index;
import static org.truckee.storage.StorageFolder.overwrite;
import static org.truckee.storage.StorageFolder.put;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.TestAndWrite;
import org.truckee.protocol.storage.WriteAnswer;
import org.truckee.protocol.time.SteppingClock;

class StorageFolderTest {
    private StorageFolder folder;

    @BeforeEach
    void make(@TempDir Path node) {
        folder = new StorageFolder(node);
    }

    @Test
    void uploadThatNobodyGoesOnWithForHalfAnHourIsGivenUp() throws IOException {
        var clock = new SteppingClock(Instant.EPOCH);
        var shares = new ShareFolder(folder.root());
        Files.createDirectories(shares.incoming());
        var counts = new ShareCounts(Map.of(), true);
        try (var uploads = new Uploads(
                shares,
                new IndexLocks(),
                new DiskSpace(folder.root(), StorageLimits.NONE, counts),
                new DiskHealth(folder.root()),
                counts,
                clock.nanos())) {
            uploads.begin(index(1), 0, 100, UPLOAD, MutableShareFile.newLease(LEASE, Instant.EPOCH));
            Upload upload = uploads.find(index(1), 0).orElseThrow();
            clock.advance(Duration.ofMinutes(29));
            upload.write(0, ByteStream.of(new byte[10]));
            clock.advance(Duration.ofMinutes(29));
            uploads.giveUpForgotten();
            assertThat(upload.write(10, ByteStream.of(new byte[10]))).isInstanceOf(WriteAnswer.Written.class);
            clock.advance(Duration.ofMinutes(30));
            uploads.giveUpForgotten();
            assertThat(uploads.find(index(1), 0)).isEmpty();
            assertThat(folder.shareFiles()).isEmpty();
            assertThat(upload.write(20, ByteStream.of(new byte[10]))).isEqualTo(WriteAnswer.Refused.NOT_ALLOCATED);
        }
    }

    private Uploads uploads(DiskSpace space, ShareCounts counts) {
        var health = new DiskHealth(folder.root());
        return new Uploads(new ShareFolder(folder.root()), new IndexLocks(), space, health, counts, System::nanoTime);
    }

    @Test
    void uploadsWhoseFilesCannotBeRemovedGiveTheirRoomBack() throws IOException {
        var shares = new ShareFolder(folder.root());
        Files.createDirectories(shares.incoming());
        var counts = new ShareCounts(Map.of(), true);
        var space = new DiskSpace(folder.root(), new StorageLimits(0, 1000, false), counts);
        try (var uploads = uploads(space, counts)) {
            for (int share = 0; share < 3; share++) {
                uploads.begin(index(1), share, 100, UPLOAD, MutableShareFile.newLease(LEASE, Instant.EPOCH));
                Path incoming = shares.incomingShare(index(1), share);
                Files.delete(incoming);
                Files.createDirectories(incoming.resolve("in the way"));
            }
            assertThat(space.available()).isEqualTo(700);
        }
        assertThat(space.available()).isEqualTo(1000);
    }

    @Test
    void uploadThatCannotBeCompletedIsGivenUp() throws IOException {
        var shares = new ShareFolder(folder.root());
        Files.createDirectories(shares.incoming());
        var counts = new ShareCounts(Map.of(), true);
        var space = new DiskSpace(folder.root(), new StorageLimits(0, 1000, false), counts);
        try (var uploads = uploads(space, counts)) {
            uploads.begin(index(1), 0, 100, UPLOAD, MutableShareFile.newLease(LEASE, Instant.EPOCH));
            Upload upload = uploads.find(index(1), 0).orElseThrow();
            Files.createDirectories(shares.share(index(1), 0).resolve("in the way"));
            assertThatThrownBy(() -> upload.write(0, ByteStream.of(new byte[100])))
                    .isInstanceOf(IOException.class);
            assertThat(uploads.find(index(1), 0)).isEmpty();
            assertThat(space.available()).isEqualTo(1000);
        }
    }

    @Test
    void nodeWhoseDiskCannotTellItsRoomHasFailed() throws IOException {
        try (var server = folder.open()) {
            Path elsewhere = folder.node().resolve("elsewhere");
            Files.move(folder.root(), elsewhere);
            assertThat(server.version().availableSpace()).isZero();
            StorageReport report = server.report();
            assertThat(report.failure().orElseThrow())
                    .startsWith("the disk fails: how much of it is free could not be read");
            assertThat(report.availableBytes()).isZero();
            assertThat(report.refusal()).isEmpty();
            Files.move(elsewhere, folder.root());
        }
    }

    /// The journal of a process that ends right after it confirmed the share is all that the next one has.
    @Test
    void immutableShareInPlaceOfADeletedMutableOneSurvivesACrash() throws IOException {
        byte[] journal;
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0), bytes(1, 100));
            overwrite(server, index(1), Set.of(0), new byte[0]);
            assertThat(put(server, index(1), 0, bytes(2, 100))).isTrue();
            journal = Files.readAllBytes(folder.root().resolve("journal/changes"));
        }
        Files.write(folder.root().resolve("journal/changes"), journal);
        try (var server = folder.open()) {
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(2, 100));
        }
    }

    @Test
    void shareThatCannotBeReadCountsAsDamagedAndTheOthersAreCounted() throws IOException {
        try (var server = folder.open()) {
            put(server, index(1), 0, bytes(1, 100));
            put(server, index(2), 0, bytes(2, 100));
            Path share = new ShareFolder(folder.root()).share(index(1), 0);
            Files.delete(share);
            Files.createDirectory(share);
            server.crawl();
            assertThat(server.report().damagedFiles()).isEqualTo(1);
            assertThat(server.report().shares()).isEqualTo(1);
        }
    }

    @Test
    void allocationIsRefusedWhereItWouldUseTheReserve() throws IOException {
        long free = Files.getFileStore(folder.node()).getUsableSpace();
        var limits = new StorageLimits(free - (20 << 20), Long.MAX_VALUE, false);
        try (var server = DiskStorageServer.open(folder.options(limits), InstantSource.system())) {
            assertThat(server.allocate(index(1), Set.of(0), 1L << 30, UPLOAD, LEASE)
                            .allocated())
                    .isEmpty();
            assertThat(server.allocate(index(1), Set.of(0), 1000, UPLOAD, LEASE).allocated())
                    .containsExactly(0);
        }
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "1000000000000000, 9223372036854775807, false, are to stay free (reserved_space)",
        "0, 0, false, 'it has as many as its maximum_size of 0 bytes allows'",
        "0, 9223372036854775807, true, because its tahoe.cfg says readonly = true"
    })
    void nodeThatTakesNoNewSharesSaysWhy(long reserved, long most, boolean readOnly, String reason) throws IOException {
        try (var server = openCounted(new StorageLimits(reserved, most, readOnly))) {
            assertThat(server.report().refusal().orElseThrow())
                    .startsWith("the node takes no new shares")
                    .endsWith(reason);
            assertThat(server.report().failure()).isEmpty();
        }
    }

    @Test
    void nodeWithRoomTakesNewShares() throws IOException {
        try (var server = folder.open()) {
            assertThat(server.report().refusal()).isEmpty();
        }
    }

    @Test
    void whatIsPromisedToOneUploadIsNotPromisedToAnother() throws IOException {
        var limits = new StorageLimits(0, 1000, false);
        try (var server = openCounted(limits)) {
            assertThat(server.allocate(index(1), Set.of(0, 1), 600, UPLOAD, LEASE)
                            .allocated())
                    .hasSize(1);
            assertThat(server.version().availableSpace()).isEqualTo(400);
            server.abort(index(1), 0, UPLOAD);
            server.abort(index(1), 1, UPLOAD);
            assertThat(server.version().availableSpace()).isEqualTo(1000);
        }
    }

    @Test
    void changeThatReadsMoreThanAMegabyteIsRefused() throws IOException {
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0, 1), bytes(1, 600_000));
            for (int length : List.of(500_000, 600_000)) {
                var answer =
                        server.readTestWrite(index(1), ENABLER, LEASE, Map.of(), List.of(new ReadVector(0, length)));
                assertThat(answer instanceof ReadTestWriteAnswer.Tested).isEqualTo(length == 500_000);
            }
        }
    }

    @ParameterizedTest(name = "{0} of 200,000 bytes tested, byte {1} differs")
    @CsvSource({"200000, -1, true", "200000, 199999, false", "200000, 65536, false", "199999, -1, false"})
    void testComparesLongSpecimensToTheirEnd(int specimenBytes, int different, boolean passes) throws IOException {
        byte[] there = bytes(1, 200_000);
        byte[] specimen = Arrays.copyOf(there, specimenBytes);
        if (different >= 0) {
            specimen[different]++;
        }
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0), there);
            var test = new TestAndWrite.Test(0, 200_000, ByteBuffer.wrap(specimen));
            var change = new TestAndWrite(List.of(test), List.of(), OptionalLong.empty());
            assertThat(server.readTestWrite(index(1), ENABLER, LEASE, Map.of(0, change), List.of()))
                    .isEqualTo(new ReadTestWriteAnswer.Tested(passes, Map.of(0, List.of())));
        }
    }

    /// A client in the same process interrupts what it needs no more.
    @Test
    void interruptIsNoFailureOfTheDisk() throws IOException {
        try (var server = folder.open()) {
            put(server, index(1), 0, bytes(1, 100));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> get(server, index(1), 0)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> put(server, index(2), 0, bytes(2, 100))).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(server.report().failure()).isEmpty();
            assertThat(put(server, index(3), 0, bytes(3, 100))).isTrue();
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(1, 100));
        }
    }

    @Test
    void fullNodeStillChangesMutableShares() throws IOException {
        var limits = new StorageLimits(Long.MAX_VALUE / 2, Long.MAX_VALUE, false);
        try (var server = DiskStorageServer.open(folder.options(limits), InstantSource.system())) {
            assertThat(put(server, index(1), 0, bytes(1, 100))).isFalse();
            assertThat(overwrite(server, index(2), Set.of(0), bytes(2, 100)))
                    .isEqualTo(new ReadTestWriteAnswer.Tested(true, Map.of()));
        }
    }

    @Test
    void changeLargerThanTheDiskIsRefusedAndNothingIsDone() throws IOException {
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0), bytes(1, 100));
            var far = new TestAndWrite.Write(1L << 55, ByteBuffer.wrap(new byte[1]));
            var vectors = new TestAndWrite(List.of(), List.of(far), OptionalLong.empty());
            assertThat(server.readTestWrite(index(1), ENABLER, LEASE, Map.of(0, vectors), List.of()))
                    .isEqualTo(new ReadTestWriteAnswer.NoRoom());
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(1, 100));
        }
    }

    @Test
    void readOnlyNodeTakesNoNewShares() throws IOException {
        var limits = new StorageLimits(0, Long.MAX_VALUE, true);
        try (var server = DiskStorageServer.open(folder.options(limits), InstantSource.system())) {
            assertThat(server.version().availableSpace()).isZero();
            assertThat(put(server, index(1), 0, bytes(1, 100))).isFalse();
        }
    }

    @Test
    void damagedAndForeignFilesAreNeitherListedNorTouched() throws IOException {
        try (var server = folder.open()) {
            put(server, index(1), 0, bytes(1, 100));
            Path place = new ShareFolder(folder.root()).share(index(1), 0).resolveSibling("1");
            Files.write(place, new byte[] {1, 2, 3});
            Files.write(place.resolveSibling("007"), new byte[50]);
            Files.write(place.resolveSibling("256"), contents(index(1), 0));
            Files.write(place.resolveSibling("notes.txt"), new byte[50]);
            assertThat(server.list(ShareKind.IMMUTABLE, index(1))).containsExactly(0);
            assertThat(server.allocate(index(1), Set.of(0, 1), 100, UPLOAD, LEASE))
                    .satisfies(answer -> assertThat(answer.alreadyHave()).containsExactly(0))
                    .satisfies(answer -> assertThat(answer.allocated()).isEmpty());
            assertThat(server.renewLease(index(1), LEASE)).isTrue();
            assertThatThrownBy(() -> server.read(ShareKind.IMMUTABLE, index(1), 1, 0, 10))
                    .isInstanceOf(CorruptContainerException.class)
                    .hasMessageEndingWith("it has only 3 bytes");
            assertThat(place).hasBinaryContent(new byte[] {1, 2, 3});
        }
    }

    private byte[] contents(StorageIndex index, int share) {
        return StorageFolder.contents(new ShareFolder(folder.root()).share(index, share));
    }

    @Test
    void nodeThatHasKeptSharesRefusesAFolderWithoutMarker() throws IOException {
        folder.open().close();
        Files.delete(folder.root().resolve("truckee-node"));
        assertThatThrownBy(folder::open)
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("the storage folder " + folder.root()
                        + " has no file truckee-node, though this node has kept shares: is its disk mounted? To begin"
                        + " with an empty folder, delete " + folder.used());
    }

    @Test
    void folderIsKeptByOneProcess() throws IOException {
        try (var _ = folder.open()) {
            assertThatThrownBy(folder::open)
                    .hasMessage("the storage folder " + folder.root() + " is in use by another node");
        }
    }

    @Test
    void nodeWithAnotherKeySaysHowManySharesItCannotChange() throws Exception {
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0, 1), bytes(1, 100));
            overwrite(server, index(2), Set.of(0), bytes(1, 100));
            put(server, index(3), 0, bytes(1, 100));
        }
        var other = new byte[TubId.BYTES];
        other[0] = 1;
        var options = StorageOptions.unlimited(folder.root(), folder.used(), new TubId(other));
        try (var server = DiskStorageServer.open(options, InstantSource.system())) {
            awaitCounted(server);
            assertThat(server.report().foreign())
                    .contains(
                            "3 mutable shares were made by a node with another key and cannot be changed by this one; "
                                    + "put private/node.pem of node " + StorageFolder.NODE
                                    + " in place and start again");
        }
    }

    @Test
    void sharesAreCountedAcrossRestarts() throws Exception {
        try (var server = openCounted(StorageLimits.NONE)) {
            put(server, index(1), 0, bytes(1, 100));
            overwrite(server, index(2), Set.of(0, 1), bytes(2, 50));
            assertCounts(server, 3, 200);
            overwrite(server, index(2), Set.of(1), new byte[0]);
            assertCounts(server, 2, 150);
        }
        try (var server = folder.open()) {
            assertCounts(server, 2, 150);
        }
        Files.delete(folder.root().resolve("crawler.json"));
        try (var server = folder.open()) {
            awaitCounted(server);
            assertCounts(server, 2, 150);
        }
    }

    private static void assertCounts(DiskStorageServer server, long shares, long bytes) throws IOException {
        assertThat(server.report().shares()).isEqualTo(shares);
        assertThat(server.report().shareBytes()).isEqualTo(bytes);
    }

    private DiskStorageServer openCounted(StorageLimits limits) throws IOException {
        DiskStorageServer server = DiskStorageServer.open(folder.options(limits), InstantSource.system());
        awaitCounted(server);
        return server;
    }

    private static void awaitCounted(DiskStorageServer server) {
        await().until(() -> server.report().counted());
    }

    @Test
    void readerThatIsOvertakenByAChangeGetsAnExceptionInsteadOfAMixture() throws IOException {
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0), bytes(1, 1 << 20));
            try (var reader = server.read(ShareKind.MUTABLE, index(1), 0, 0, Long.MAX_VALUE)
                    .orElseThrow()) {
                overwrite(server, index(1), Set.of(0), bytes(2, 1 << 20));
                assertThatThrownBy(reader::readAll)
                        .isInstanceOf(IOException.class)
                        .hasMessage("a share of " + index(1) + " was changed while it was read");
            }
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(2, 1 << 20));
        }
    }

    @Test
    void folderThatVanishesMakesTheNodeTakeNothingNew() throws IOException {
        try (var server = folder.open()) {
            Files.move(folder.root(), folder.node().resolve("unmounted"));
            assertThatThrownBy(() -> put(server, index(1), 0, bytes(1, 100))).isInstanceOf(IOException.class);
            assertThat(server.report().failure().orElseThrow())
                    .startsWith("the disk fails: share 0 of " + index(1) + " could not be written (")
                    .endsWith("; the node takes nothing new until the disk is checked and the node started again");
            Files.move(folder.node().resolve("unmounted"), folder.root());
            assertThat(put(server, index(1), 0, bytes(1, 100))).isFalse();
        }
    }

    @Test
    void reportsOfDamageAreKeptAsTahoeNamesThem() throws IOException {
        try (var server = DiskStorageServer.open(
                folder.options(), InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901Z")))) {
            put(server, index(1), 0, bytes(1, 100));
            assertThat(server.adviseCorrupt(ShareKind.IMMUTABLE, index(1), 0, "a block"))
                    .isTrue();
            assertThat(server.adviseCorrupt(ShareKind.IMMUTABLE, index(1), 0, "another"))
                    .isTrue();
            assertThat(server.adviseCorrupt(ShareKind.IMMUTABLE, index(1), 1, "none"))
                    .isFalse();
            assertThat(folder.root()
                            .resolve("corruption-advisories")
                            .resolve("2026-01-02T030405.678901--" + index(1) + "-0"))
                    .content()
                    .contains("share_number: 0")
                    .contains("a block");
            assertThat(server.report().advisories()).isEqualTo(2);
        }
    }

    @Test
    void cleanStopLeavesNeitherJournalNorIncomingFiles() throws IOException {
        try (var server = folder.open()) {
            overwrite(server, index(1), Set.of(0), bytes(1, 100));
            server.allocate(index(2), Set.of(0), 100, UPLOAD, LEASE);
        }
        assertThat(folder.root().resolve("journal")).isEmptyDirectory();
        assertThat(folder.shareFiles()).hasSize(1);
    }
}
