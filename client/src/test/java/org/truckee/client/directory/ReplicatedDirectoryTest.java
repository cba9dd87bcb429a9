package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

class ReplicatedDirectoryTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final int SERVERS = 5;
    private static final Duration NO_HANG = Duration.ofSeconds(50);

    private final MemoryGrid servers = new MemoryGrid(SERVERS);
    private final Grid grid = client();
    private DirectoryCap directory = new DirectoryCap(new LiteralCap(new byte[0]));

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = grid.directories().create();
    }

    @AfterEach
    void close() {
        grid.close();
        servers.close();
    }

    private Grid client() {
        return client(servers);
    }

    private static Grid client(MemoryGrid servers) {
        var policy = new UploadPolicy(new Encoding(2, SERVERS), 3, new ConvergenceSecret(new byte[32]));
        return new Grid(
                servers,
                new LeaseSecret(new byte[32]),
                policy,
                SERVERS,
                KEYS,
                new SecureRandom(),
                InstantSource.system());
    }

    private static Entry entry(String name) {
        var child = Child.of(new LiteralCap(name.getBytes(UTF_8)));
        return new Entry(name, child, Metadata.empty());
    }

    private void put(String name) throws IOException {
        grid.directories().change(directory, names -> names.put(entry(name)));
    }

    private List<String> namesSeenByAnother() throws IOException {
        try (var other = client()) {
            return List.copyOf(other.directories().read(directory).entries().keySet());
        }
    }

    private StorageIndex index() {
        return ((MutableWriteCap) directory.file()).readOnly().readKey().storageIndex();
    }

    private long calls(Call... kinds) {
        return IntStream.range(0, SERVERS)
                .mapToLong(i -> servers.faulty(i).calls().stream()
                        .filter(Arrays.asList(kinds)::contains)
                        .count())
                .sum();
    }

    @Test
    void changeThatNobodyDisturbsIsOneRoundOfWrites() throws IOException {
        put("a");
        long writes = calls(Call.READ_TEST_WRITE);
        long reads = calls(Call.READ, Call.LIST);
        put("b");
        assertThat(calls(Call.READ_TEST_WRITE) - writes).isEqualTo(SERVERS);
        assertThat(calls(Call.READ, Call.LIST) - reads).isZero();
    }

    @Test
    void renameInPlaceOfAnotherNameIsOneRoundOfWrites() throws IOException {
        put("a");
        put("b");
        long writes = calls(Call.READ_TEST_WRITE);
        grid.files(directory).rename(GridPath.parse("/a"), GridPath.parse("/b"), RenameRule.REPLACE);
        assertThat(calls(Call.READ_TEST_WRITE) - writes).isEqualTo(SERVERS);
        assertThat(namesSeenByAnother()).containsExactly("b");
    }

    @Test
    void whatIsOverwrittenWhileItIsReadIsReadAgain() throws Exception {
        grid.directories().change(directory, names -> {
            for (int i = 0; i < 1000; i++) { // of more bytes than are read at first
                names.put(entry("a name of a file " + i));
            }
        });
        for (int i = 0; i < SERVERS; i++) {
            servers.faulty(i).inject(new Fault.Delay(Duration.ofMillis(5)), Schedule.always(), Call.READ);
        }
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = threads.submit(() -> {
                for (int i = 0; !done.get(); i++) {
                    put("b" + i % 10);
                }
                return null;
            });
            try {
                for (int i = 0; i < 20; i++) {
                    assertThat(namesSeenByAnother()).hasSizeGreaterThanOrEqualTo(1000);
                }
            } finally {
                done.set(true);
            }
            writing.get();
        }
        assertThat(calls(Call.ADVISE_CORRUPT)).isZero();
    }

    @Test
    void changesThatWaitGoTogether() throws Exception {
        for (int i = 0; i < SERVERS; i++) {
            servers.faulty(i).inject(new Fault.Delay(Duration.ofMillis(20)), Schedule.always(), Call.READ_TEST_WRITE);
        }
        long writes = calls(Call.READ_TEST_WRITE);
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "n" + i;
            work.add(() -> {
                put(name);
                return null;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        assertThat(namesSeenByAnother()).hasSize(40);
        assertThat(calls(Call.READ_TEST_WRITE) - writes).isLessThan(20L * SERVERS);
    }

    @Test
    void frozenServerIsWaitedForOnce() throws IOException {
        servers.faulty(0).inject(new Fault.Hang(Applied.NOT), Schedule.always());
        put("a");
        long writes = servers.faulty(0).calls().stream()
                .filter(call -> call == Call.READ_TEST_WRITE)
                .count();
        put("b");
        assertThat(servers.faulty(0).calls().stream().filter(call -> call == Call.READ_TEST_WRITE))
                .hasSize((int) writes);
        assertThat(namesSeenByAnother()).containsExactly("a", "b");
    }

    @Test
    void withTooFewServersTheDirectoryIsReadAndNotChanged() throws IOException {
        put("a");
        servers.takeAway(0);
        servers.takeAway(1);
        put("b");
        servers.takeAway(2);
        try (var other = client()) {
            assertThat(other.directories().read(directory).maybeStale()).isTrue();
        }
        assertThat(namesSeenByAnother()).containsExactly("a", "b");
        assertThatThrownBy(() -> put("c"))
                .hasMessage("of the 5 servers that have the directory, 2 are connected, and 3 are needed to change it");
    }

    @Test
    void directoryThatWasOnlyReadIsChangedWithoutAnyTwoOfItsServers() throws IOException {
        for (int i = 0; i < SERVERS; i++) {
            try (var other = client()) {
                other.directories().read(directory);
                servers.takeAway(i);
                servers.faulty((i + 1) % SERVERS).inject(new Fault.Drop(Applied.NOT), Schedule.always());
                Entry added = entry("n" + i);
                other.directories().change(directory, names -> names.put(added));
                servers.faulty((i + 1) % SERVERS).heal();
                servers.bringBack(i);
            }
        }
        assertThat(namesSeenByAnother()).containsExactly("n0", "n1", "n2", "n3", "n4");
    }

    @Test
    void serverThatWasAwayGetsWhatItMissedWithTheNextChange() throws IOException {
        servers.takeAway(0);
        put("a");
        servers.bringBack(0);
        put("b");
        for (int i = 1; i < SERVERS; i++) {
            servers.takeAway(i);
        }
        assertThat(namesSeenByAnother()).containsExactly("a", "b");
    }

    @Test
    void whatIsRemovedWhileAServerSleepsStaysRemovedWhoeverAnswers() throws IOException {
        put("a");
        put("b");
        servers.takeAway(0);
        grid.directories().change(directory, names -> names.remove("a"));
        servers.bringBack(0);
        for (int away = 1; away < SERVERS; away++) { // every three of five that have the sleeper among them
            for (int too = 1; too < away; too++) {
                servers.takeAway(away);
                servers.takeAway(too);
                assertThat(namesSeenByAnother()).containsExactly("b");
                servers.bringBack(away);
                servers.bringBack(too);
            }
        }
        servers.takeAway(1);
        servers.takeAway(2);
        try (var other = client()) {
            other.directories().change(directory, names -> names.put(entry("c")));
        }
        servers.bringBack(1);
        servers.bringBack(2);
        assertThat(namesSeenByAnother()).containsExactly("b", "c");
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("is missing", share -> new byte[0]),
                damage("is one byte long", share -> Arrays.copyOf(share, 1)),
                damage("ends in its header", share -> Arrays.copyOf(share, 40)),
                damage("ends in the middle", share -> Arrays.copyOf(share, share.length / 2)),
                damage("is of no known format", share -> flipped(share, 0)),
                damage("has another sequence number", share -> flipped(share, 8)),
                damage("has another root", share -> flipped(share, 9)),
                damage("has other offsets", share -> flipped(share, 78)),
                damage("has a damaged key", share -> flipped(share, 150)),
                damage("has a damaged signature", share -> flipped(share, 450)),
                damage("has a damaged table", share -> flipped(share, 900)));
    }

    private static Arguments damage(String what, UnaryOperator<byte[]> done) {
        return Arguments.of(what, done);
    }

    private static byte[] flipped(byte[] share, int at) {
        byte[] copy = share.clone();
        copy[at] ^= 4;
        return copy;
    }

    @ParameterizedTest(name = "a copy {0}")
    @MethodSource("damages")
    void damagedCopiesAreNotBelievedAndAreReplaced(String what, UnaryOperator<byte[]> damage) throws IOException {
        put("a");
        for (int i = 0; i < 2; i++) {
            var server = servers.server(i);
            for (int share : server.list(ShareKind.MUTABLE, index())) {
                byte[] damaged = damage.apply(server.share(ShareKind.MUTABLE, index(), share));
                server.setShare(ShareKind.MUTABLE, index(), share, damaged);
            }
        }
        assertThat(namesSeenByAnother()).containsExactly("a");
        try (var other = client()) {
            other.directories().change(directory, names -> names.put(entry("b")));
        }
        for (int i = 2; i < SERVERS; i++) {
            servers.takeAway(i);
        }
        assertThat(namesSeenByAnother()).containsExactly("a", "b");
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("refuse", new Fault.Refuse(), Schedule.always()),
                fault("hang up", new Fault.Drop(Applied.NOT), Schedule.always()),
                fault("hang up when it is done", new Fault.Drop(Applied.UNHEARD), Schedule.always()),
                fault("die at the third call", new Fault.Drop(Applied.NOT), Schedule.from(3)),
                fault("are frozen", new Fault.Hang(Applied.NOT), Schedule.always()),
                fault("freeze at the third call", new Fault.Hang(Applied.NOT), Schedule.from(3)),
                fault("cut what is read", new Fault.Cut(300), Schedule.always(), Call.READ),
                fault("shorten what is read", new Fault.Shorten(300), Schedule.always(), Call.READ),
                fault("lie when read", new Fault.Flip(70 * 8), Schedule.always(), Call.READ));
    }

    private static Arguments fault(String what, Fault fault, Schedule schedule, Call... calls) {
        return Arguments.of(what, (Consumer<FaultyStorageServer>) server -> server.inject(fault, schedule, calls));
    }

    @ParameterizedTest(name = "two servers {0}")
    @MethodSource("faults")
    void twoServersThatFailAreDoneWithout(String what, Consumer<FaultyStorageServer> fault) {
        assertTimeoutPreemptively(NO_HANG, () -> workDespite(servers, fault));
    }

    @ParameterizedTest(name = "two servers {0}, over HTTPS")
    @MethodSource("faults")
    void twoServersThatFailOverHttpsAreDoneWithout(String what, Consumer<FaultyStorageServer> fault) {
        try (var https = MemoryGrid.overHttps(SERVERS)) {
            assertTimeoutPreemptively(NO_HANG, () -> workDespite(https, fault));
        }
    }

    private static void workDespite(MemoryGrid servers, Consumer<FaultyStorageServer> fault) throws IOException {
        DirectoryCap directory;
        try (var maker = client(servers)) {
            directory = maker.directories().create();
            maker.directories().change(directory, names -> names.put(entry("a")));
        }
        fault.accept(servers.faulty(1));
        fault.accept(servers.faulty(3));
        try (var other = client(servers)) {
            assertThat(other.directories().read(directory).entries().keySet()).containsExactly("a");
            other.directories().change(directory, names -> names.put(entry("b")));
            other.directories().change(directory, names -> names.remove("a"));
            assertThat(other.directories().read(directory).entries().keySet()).containsExactly("b");
        }
        servers.heal();
        try (var other = client(servers)) {
            assertThat(other.directories().read(directory).entries().keySet()).containsExactly("b");
        }
    }

    @RepeatedTest(20)
    void directoryIsNotRemovedWhileSomethingIsPutIntoIt() throws Exception {
        GridFiles files = grid.files(directory);
        files.makeDirectory(GridPath.parse("/d"), FileMetadata.NONE);
        List<Callable<Boolean>> work = List.of(
                () -> succeeds(() -> files.put(GridPath.parse("/d/f"), Plaintext.of(new byte[1]))),
                () -> succeeds(() -> files.removeDirectory(GridPath.parse("/d"))));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = threads.invokeAll(work);
            assertThat(done.getFirst().get()).isNotEqualTo(done.getLast().get());
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static boolean succeeds(Work work) throws IOException {
        try {
            work.run();
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException expected) {
            return false;
        }
    }

    @Test
    void nothingIsPutIntoADirectoryThatIsRemoved() throws IOException {
        GridFiles files = grid.files(directory);
        files.makeDirectory(GridPath.parse("/d"), FileMetadata.NONE);
        files.removeDirectory(GridPath.parse("/d"));
        assertThatThrownBy(() -> files.put(GridPath.parse("/d/f"), Plaintext.of(new byte[1])))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void directoryOfAnotherClientKeepsItsEncodingAndItsForm() throws IOException {
        var mutable = new MutableFiles(servers, new LeaseSecret(new byte[32]), 3, KEYS, new SecureRandom());
        MutableWriteCap cap = mutable.create(new byte[0], MutableFormat.SDMF, new Encoding(2, SERVERS));
        var foreign = new DirectoryCap(cap);
        grid.directories().change(foreign, names -> names.put(entry("a")));
        grid.directories().change(foreign, names -> names.add(entry("b")));
        assertThat(grid.directories().read(foreign).entries().keySet()).containsExactly("a", "b");
        String table = new String(mutable.read(cap.readOnly()), UTF_8);
        assertThat(table).contains("URI:LIT:").doesNotContain("truckee");
        for (int i = 0; i < 4; i++) {
            servers.takeAway(i);
        }
        assertThatThrownBy(() -> mutable.read(cap.readOnly())).hasMessageContaining("can be had"); // 2 of 5
    }
}
