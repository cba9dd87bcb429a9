package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.client.grid.Transfer.State;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

@Timeout(30)
class UploadTest {
    private final MemoryGrid grid = new MemoryGrid(10);
    private final Client client = new Client(grid);
    private final byte[] contents = Client.contents(1000);
    private final EncryptedFile file = Client.file(contents);
    private final StorageIndex storageIndex = file.storageIndex();

    @AfterEach
    void close() {
        client.close();
        grid.close();
    }

    private Map<Integer, Set<Integer>> sharesByServer() {
        Map<Integer, Set<Integer>> shares = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            shares.put(i, grid.server(i).list(ShareKind.IMMUTABLE, storageIndex));
        }
        return shares;
    }

    private void assertNothingIsLeft() {
        assertThat(IntStream.range(0, 10).map(i -> grid.server(i).openUploads()).sum())
                .as("shares that are allocated and not complete")
                .isZero();
        assertThat(client.memory().taken()).as("bytes of segments").isZero();
    }

    /// The server of which `calls` will be struck, chosen so that it gets a share: any, with ten for ten shares.
    private void strike(int server, Fault fault, Schedule schedule, Call... calls) {
        grid.faulty(server).inject(fault, schedule, calls);
    }

    @Test
    void everyServerGetsAShareOfItsOwn() throws IOException {
        var report = client.upload(file, 10);
        assertThat(sharesByServer().values()).allMatch(shares -> shares.size() == 1);
        assertThat(report.holders())
                .hasSize(10)
                .allSatisfy((_, holders) -> assertThat(holders).hasSize(1));
        assertNothingIsLeft();
        var progress = client.transfers().uploads().getFirst();
        assertThat(progress.state()).isEqualTo(State.DONE);
        assertThat(progress.bytes()).isEqualTo(1000);
        assertThat(progress.placement()).hasSize(10).allMatch(placement -> placement.state() == ShareState.STORED);
    }

    @Test
    void roomForANewFileIsAskedForWithoutAskingFirstWhoHoldsIt() throws IOException {
        client.upload(file, 10);
        for (int server = 0; server < 10; server++) {
            assertThat(grid.faulty(server).calls()).startsWith(Call.ALLOCATE).doesNotContain(Call.LIST);
        }
    }

    @Test
    void sharesAreThoseOfTheEncoderAlone() throws IOException {
        var report = client.upload(file, 10);
        List<byte[]> expected = EncodedShares.of(file).shares();
        report.holders()
                .forEach((share, holders) -> holders.forEach(holder -> assertThat(
                                grid.server(grid.all().indexOf(holder)).share(ShareKind.IMMUTABLE, storageIndex, share))
                        .isEqualTo(expected.get(share))));
    }

    @Test
    void sameFileAgainLeavesTheSameShares() throws IOException {
        grid.takeAway(0);
        grid.takeAway(1);
        grid.takeAway(2);
        client.upload(file, 7);
        var before = sharesByServer();
        client.upload(file, 7);
        assertThat(sharesByServer()).isEqualTo(before);
    }

    @Test
    void lostSharesAreSentAgainAndTheOthersAreNot() throws IOException {
        var first = client.upload(file, 10);
        GridServer holder = first.holders().getOrDefault(4, Set.of()).iterator().next();
        grid.server(grid.all().indexOf(holder)).setShare(ShareKind.IMMUTABLE, storageIndex, 4, new byte[0]);
        assertThat(client.upload(file, 10).holders()).isEqualTo(first.holders());
    }

    @Test
    void copiesOfHeldSharesAreSentOnlyToBeHappy() throws IOException {
        for (int i = 1; i < 10; i++) {
            grid.takeAway(i);
        }
        client.upload(file, 1);
        assertThat(sharesByServer().get(0)).hasSize(10);
        IntStream.range(1, 10).forEach(grid::bringBack);
        client.upload(file, 4);
        assertThat(sharesByServer().values().stream().mapToInt(Set::size).sum()).isEqualTo(10 + 3);
        assertNothingIsLeft();
    }

    @Test
    void fullServersAreSpared() throws IOException {
        grid.server(3).setRoom(10);
        grid.server(5).setRoom(0);
        var report = client.upload(file, 8);
        assertThat(report.holders()).hasSize(10);
        assertThat(sharesByServer().get(3)).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void uploadIsUnhappyWhenSixServersTakeSharesAndSevenAreNeeded() {
        IntStream.range(0, 3).forEach(grid::takeAway);
        grid.server(3).setRoom(0);
        assertThatThrownBy(() -> client.upload(file, 7))
                .isInstanceOf(UnhappyUploadException.class)
                .hasMessageStartingWith("shares.happy is 7 but only 6 servers can be given a share of their own; 7"
                        + " servers are connected: ")
                .hasMessageContaining(grid.all().get(3) + " holds nothing of the file, takes none, has no room for")
                .hasMessageMatching(".*; server 4 \\(.*\\) holds nothing of the file, takes shares? [0-9, ]+;.*");
        assertNothingIsLeft();
        assertThat(client.transfers().uploads().getFirst().reason()).isPresent();
    }

    @Test
    void nobodyConnectedIsSaidInWords() {
        IntStream.range(0, 10).forEach(grid::takeAway);
        assertThatThrownBy(() -> client.upload(file, 1))
                .hasMessage("shares.happy is 1 but only 0 servers can be given a share of their own; 0 servers"
                        + " are connected");
    }

    @Test
    void shareWhoseServerFailsOnTheWayIsSentToAnother() throws IOException {
        strike(4, new Fault.Refuse(), Schedule.from(1), Call.WRITE);
        var report = client.upload(file, 9);
        assertThat(report.holders()).hasSize(10);
        assertThat(sharesByServer().get(4)).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void serverThatComesBackIsUsedAgain() throws IOException {
        for (int i = 0; i < 10; i++) {
            strike(i, new Fault.Drop(Applied.NOT), Schedule.nth(1), Call.WRITE);
        }
        assertThat(client.upload(file, 10).holders()).hasSize(10);
        assertNothingIsLeft();
    }

    @Test
    void writeThatWasDoneAndNotHeardCounts() throws IOException {
        strike(4, new Fault.Drop(Applied.UNHEARD), Schedule.nth(1), Call.WRITE);
        assertThat(client.upload(file, 10).holders())
                .hasSize(10)
                .allSatisfy((_, holders) -> assertThat(holders).hasSize(1));
        assertNothingIsLeft();
    }

    @Test
    void allocationThatWasMadeAndNotHeardIsGivenBack() throws IOException {
        strike(4, new Fault.Drop(Applied.UNHEARD), Schedule.nth(1), Call.ALLOCATE);
        assertThat(client.upload(file, 9).holders()).hasSize(10);
        assertNothingIsLeft();
    }

    @Test
    void serversThatNeverTakeASharesMakeItUnhappyInTheEnd() {
        IntStream.range(0, 4).forEach(i -> strike(i, new Fault.Refuse(), Schedule.always(), Call.WRITE));
        assertThatThrownBy(() -> client.upload(file, 7))
                .isInstanceOf(UnhappyUploadException.class)
                .hasMessageContaining(", lost share ");
        assertNothingIsLeft();
    }

    @Test
    void frozenServerIsDoneWithout() throws IOException {
        strike(4, new Fault.Hang(Applied.NOT), Schedule.always());
        assertThat(client.upload(file, 9).holders()).hasSize(10);
        assertThat(grid.all().get(4).isFrozen()).isTrue();
        int asked = grid.faulty(4).calls().size();
        client.upload(Client.file(Client.contents(500)), 9);
        assertThat(grid.faulty(4).calls()).hasSize(asked);
    }

    @Test
    void serverThatFreezesOnTheWayIsReplaced() throws IOException {
        strike(4, new Fault.Hang(Applied.NOT), Schedule.always(), Call.WRITE, Call.VERSION, Call.ABORT);
        assertThat(client.upload(file, 9).holders()).hasSize(10);
        assertThat(client.memory().taken()).isZero();
    }

    @Test
    void busyServerIsNotWaitedForAndGetsItsShareNevertheless() throws Exception {
        strike(4, new Fault.Delay(Duration.ofSeconds(6)), Schedule.nth(1), Call.WRITE);
        try (var roomy = new Client(grid, 20, client.incarnations())) {
            assertThat(roomy.upload(file, 9).holders()).hasSize(9);
            assertThat(grid.all().get(4).isFrozen()).isFalse();
            await().until(() ->
                    !grid.server(4).list(ShareKind.IMMUTABLE, storageIndex).isEmpty()
                            && roomy.memory().taken() == 0);
        }
        assertNothingIsLeft();
    }

    @Test
    void busyServerThatHoldsUpAllOthersIsSentItsShareWhenTheyAreDone() throws IOException {
        strike(4, new Fault.Delay(Duration.ofSeconds(20)), Schedule.nth(1), Call.WRITE);
        assertThat(client.upload(file, 9).holders()).hasSize(10);
        assertNothingIsLeft();
    }

    @Test
    void slowServerIsWaitedForWhereTheFileIsNotHappyWithoutIt() throws IOException {
        strike(4, new Fault.Delay(Duration.ofSeconds(3)), Schedule.nth(1), Call.WRITE);
        assertThat(client.upload(file, 10).holders()).hasSize(10);
    }

    private static <T> List<T> allAtOnce(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
        }
        return results;
    }

    @Test
    void eightUploadsOfOneFileThroughOneClientAreOne() throws Exception {
        var reports = allAtOnce(IntStream.range(0, 8)
                .mapToObj(_ -> (Callable<UploadReport>) () -> client.upload(file, 10))
                .toList());
        assertThat(reports)
                .extracting(UploadReport::cap)
                .containsOnly(reports.getFirst().cap());
        assertThat(sharesByServer().values()).allMatch(shares -> shares.size() == 1);
        assertNothingIsLeft();
    }

    @Test
    void eightUploadsOfOneFileThroughTwoClientsAllSucceed() throws Exception {
        var random = new SecureRandom();
        var policy = new ImmutableFiles.Policy(Client.ENCODING, 7, new ConvergenceSecret(new byte[32]));
        try (var one = files(policy, random);
                var other = files(policy, random)) {
            var caps = allAtOnce(IntStream.range(0, 8)
                    .mapToObj(i -> (Callable<ReadCap>) () -> (i % 2 == 0 ? one : other).upload(Plaintext.of(contents)))
                    .toList());
            for (var cap : caps) {
                assertThat(one.read((ChkReadCap) cap)).isEqualTo(contents);
            }
        }
        assertNothingIsLeft();
    }

    private ImmutableFiles files(ImmutableFiles.Policy policy, SecureRandom random) {
        var secret = new byte[32];
        random.nextBytes(secret);
        return new ImmutableFiles(
                grid, new LeaseSecret(secret), Incarnations.unremembered(random), policy, client.transfers(), random);
    }

    /// As a run of a client does that then goes silent.
    private void allocateEverything(StorageIndex storageIndex, byte[] incarnation) {
        var secret = new LeaseSecret(new byte[32]);
        for (int i = 0; i < 10; i++) {
            TubId server = grid.all().get(i).tubId();
            grid.server(i)
                    .allocate(
                            storageIndex,
                            Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
                            1000,
                            secret.uploadSecret(incarnation, storageIndex, server),
                            secret.leaseSecrets(storageIndex, server));
        }
    }

    @Test
    void fileThatSomebodyElseNeverFinishesGetsARandomKey() throws IOException {
        var secret = new ConvergenceSecret(new byte[32]);
        var whole = EncryptedFile.convergent(
                Plaintext.of(contents), secret, Segmentation.of(Client.ENCODING, 1000, 1 << 20));
        allocateEverything(whole.storageIndex(), new byte[16]);
        try (var files = files(new ImmutableFiles.Policy(Client.ENCODING, 7, secret), new SecureRandom())) {
            var cap = (ChkReadCap) files.upload(Plaintext.of(contents));
            assertThat(cap.key()).isNotEqualTo(whole.key());
            assertThat(files.read(cap)).isEqualTo(contents);
        }
    }

    @Test
    void whatADeadRunLeftAllocatedIsClearedAway(@TempDir Path folder) throws IOException {
        var random = new SecureRandom();
        Files.createFile(folder.resolve("00".repeat(16)));
        allocateEverything(storageIndex, new byte[16]);
        try (var again = new Client(grid, 2, Incarnations.open(folder, random, InstantSource.system()))) {
            assertThat(again.upload(file, 10).holders()).hasSize(10);
            again.incarnations().close();
        }
        assertThat(folder.toFile().list()).containsExactly("00".repeat(16) + ".dead");
    }

    @Test
    void deadRunIsForgottenWhenServersHaveForgottenIt(@TempDir Path folder) throws IOException {
        var random = new SecureRandom();
        Files.createFile(folder.resolve("00".repeat(16)));
        Instant now = Instant.now();
        Incarnations.open(folder, random, () -> now).close();
        Incarnations.open(folder, random, () -> now.plus(Duration.ofMinutes(59)))
                .close();
        assertThat(folder.toFile().list()).hasSize(1);
        Incarnations.open(folder, random, () -> now.plus(Duration.ofMinutes(61)))
                .close();
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void liveRunIsNotTakenForDead(@TempDir Path folder) throws IOException {
        var random = new SecureRandom();
        try (var live = Incarnations.open(folder, random, InstantSource.system());
                var other = Incarnations.open(folder, random, InstantSource.system())) {
            assertThat(live.current()).isNotEqualTo(other.current());
            assertThat(other.dead()).isEmpty();
        }
    }

    /// How a source is read.
    @FunctionalInterface
    private interface Reads {
        void read(long offset, byte[] target, int at, int length) throws IOException;
    }

    /// The file, whose contents come in another way.
    private final class ReadOtherwise implements CiphertextSource {
        private final Reads reads;

        ReadOtherwise(Reads reads) {
            this.reads = reads;
        }

        @Override
        public StorageIndex storageIndex() {
            return file.storageIndex();
        }

        @Override
        public Segmentation segmentation() {
            return file.segmentation();
        }

        @Override
        public void read(long offset, byte[] target, int at, int length) throws IOException {
            reads.read(offset, target, at, length);
        }
    }

    @Test
    void fileThatChangesWhileItIsSentIsNotSentTwiceDifferently() {
        // one that failed at once would be replaced before anything is read
        strike(4, new Fault.Hang(Applied.NOT), Schedule.nth(1), Call.WRITE);
        var changed = new AtomicBoolean();
        var source = new ReadOtherwise((offset, target, at, length) -> {
            file.read(offset, target, at, length);
            if (changed.get()) {
                target[at] ^= 1;
            }
            if (offset + length == 1000) {
                changed.set(true);
            }
        });
        assertThatThrownBy(() -> client.upload(source, 7)).hasMessageContaining("changed while it was uploaded");
        assertNothingIsLeft();
    }

    @Test
    void sourceThatCannotBeReadFailsTheUploadAndLeavesNothing() {
        var source = new ReadOtherwise((offset, target, at, length) -> {
            if (offset > 500) {
                throw new IOException("the disk is gone");
            }
            file.read(offset, target, at, length);
        });
        assertThatThrownBy(() -> client.upload(source, 7)).hasMessage("the disk is gone");
        assertNothingIsLeft();
    }
}
