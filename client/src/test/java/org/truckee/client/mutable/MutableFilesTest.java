package org.truckee.client.mutable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

class MutableFilesTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final Encoding CODED = new Encoding(3, 10);
    private static final Duration NO_HANG = Duration.ofSeconds(50);

    private final MemoryGrid grid = new MemoryGrid(10);
    private final MutableFiles files = files(7);

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    @AfterEach
    void close() {
        grid.close();
    }

    private MutableFiles files(int happy) {
        return files(grid, happy);
    }

    private static MutableFiles files(MemoryGrid grid, int happy) {
        return new MutableFiles(grid, new LeaseSecret(new byte[32]), happy, KEYS, new SecureRandom());
    }

    private static byte[] bytes(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static StorageIndex index(MutableWriteCap cap) {
        return cap.readOnly().readKey().storageIndex();
    }

    /// Which servers have which shares.
    private Map<Integer, Set<Integer>> holders(MutableWriteCap cap) {
        Map<Integer, Set<Integer>> holders = new TreeMap<>();
        for (int server = 0; server < 10; server++) {
            for (int share : grid.server(server).list(ShareKind.MUTABLE, index(cap))) {
                holders.computeIfAbsent(share, _ -> new HashSet<>()).add(server);
            }
        }
        return holders;
    }

    static Stream<Arguments> formatsAndSizes() {
        return Stream.of(MutableFormat.values())
                .flatMap(format -> Stream.of(0, 1, 5000, 131_073, 300_000).map(size -> Arguments.of(format, size)));
    }

    @ParameterizedTest
    @MethodSource("formatsAndSizes")
    void fileIsMadeReadAndChanged(MutableFormat format, int size) throws IOException {
        byte[] first = bytes(size, 1);
        MutableWriteCap cap = files.create(first, format, CODED);
        assertThat(files.read(cap.readOnly())).isEqualTo(first);
        byte[] second = bytes(size / 2 + 7, 2);
        files.modify(cap, before -> {
            assertThat(before).isEqualTo(first);
            return second;
        });
        assertThat(files.read(cap.readOnly())).isEqualTo(second);
        assertThat(files.size(cap.readOnly())).isEqualTo(second.length);
        assertThat(holders(cap))
                .hasSize(10)
                .allSatisfy((_, servers) -> assertThat(servers).hasSize(1));
    }

    @Test
    void sharesOfServersThatFailArePlacedElsewhere() throws IOException {
        for (int server = 0; server < 3; server++) {
            grid.faulty(server).inject(new Fault.Drop(Applied.NOT), Schedule.always(), Call.READ_TEST_WRITE);
        }
        MutableWriteCap cap = files.create(bytes(1000, 1), MutableFormat.SDMF, CODED);
        assertThat(holders(cap)).hasSize(10);
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(1000, 1));
    }

    @Test
    void fileOnTooFewServersIsNotStored() {
        for (int server = 0; server < 4; server++) {
            grid.faulty(server).inject(new Fault.Drop(Applied.NOT), Schedule.always(), Call.READ_TEST_WRITE);
        }
        assertThatThrownBy(() -> files.create(bytes(1000, 1), MutableFormat.SDMF, CODED))
                .hasMessageContaining("shares.happy asks for 7 servers with a share of their own")
                .hasMessageContaining("and 6 took one");
    }

    @Test
    void shareWhoseServerIsGoneGetsAnotherHome() throws IOException {
        MutableWriteCap cap = files.create(bytes(1000, 1), MutableFormat.SDMF, CODED);
        grid.takeAway(3);
        files.modify(cap, _ -> bytes(1000, 2));
        for (int server = 0; server < 10; server++) {
            if (server != 3) {
                assertThat(grid.server(server).list(ShareKind.MUTABLE, index(cap)))
                        .isNotEmpty();
            }
        }
        grid.bringBack(3);
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(1000, 2));
    }

    @Test
    void changeOfOneIsMadeOnTopOfThatOfAnother() throws IOException {
        MutableWriteCap cap = files.create("1".getBytes(UTF_8), MutableFormat.SDMF, CODED);
        MutableFiles other = files(7);
        boolean[] first = {true};
        files.modify(cap, before -> {
            if (first[0]) {
                first[0] = false;
                other.modify(cap, contents -> (new String(contents, UTF_8) + "2").getBytes(UTF_8));
            }
            return (new String(before, UTF_8) + "3").getBytes(UTF_8);
        });
        assertThat(new String(files.read(cap.readOnly()), UTF_8)).isEqualTo("123");
    }

    @Test
    void changeWhoseAnswersAreLostIsMadeOnce() throws IOException {
        MutableWriteCap cap = files.create("1".getBytes(UTF_8), MutableFormat.SDMF, CODED);
        for (int server = 0; server < 10; server++) {
            grid.faulty(server).inject(new Fault.Drop(Applied.UNHEARD), Schedule.nth(1), Call.READ_TEST_WRITE);
        }
        assertThatThrownBy(() -> files.modify(cap, before -> (new String(before, UTF_8) + "2").getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("may still appear");
        assertThat(new String(files.read(cap.readOnly()), UTF_8)).isEqualTo("12");
    }

    /// What is done to the shares, and how many of the ten may suffer it before the file is lost.
    static Stream<Arguments> damages() {
        return Stream.of(MutableFormat.values())
                .flatMap(format -> Stream.of(
                        Arguments.of(format, "is missing", (Damage) _ -> new byte[0]),
                        Arguments.of(format, "is one byte long", (Damage) share -> Arrays.copyOf(share, 1)),
                        Arguments.of(format, "ends in its header", (Damage) share -> Arrays.copyOf(share, 40)),
                        Arguments.of(
                                format, "ends in the middle", (Damage) share -> Arrays.copyOf(share, share.length / 2)),
                        Arguments.of(format, "is of no known format", (Damage) share -> flipped(share, 0)),
                        Arguments.of(format, "has another sequence number", (Damage) share -> flipped(share, 8)),
                        Arguments.of(format, "has another root", (Damage) share -> flipped(share, 9)),
                        Arguments.of(format, "has other offsets", (Damage)
                                share -> flipped(share, format == MutableFormat.SDMF ? 78 : 106)),
                        Arguments.of(format, "has a damaged signature or key", (Damage)
                                share -> flipped(share, format == MutableFormat.SDMF ? 405 : 1500)),
                        Arguments.of(format, "has a damaged block", (Damage)
                                share -> flipped(share, format == MutableFormat.SDMF ? 900 : 2200))));
    }

    interface Damage {
        byte[] done(byte[] share);
    }

    private static byte[] flipped(byte[] share, int at) {
        byte[] copy = share.clone();
        copy[at] ^= 4;
        return copy;
    }

    @ParameterizedTest(name = "{0}: share {1}")
    @MethodSource("damages")
    void fileIsReadAndChangedWithDamagedShares(MutableFormat format, String what, Damage damage) throws IOException {
        MutableWriteCap cap = files.create(bytes(3000, 1), format, CODED);
        damage(cap, damage, List.of(0, 1, 2, 4, 5, 7, 9));
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(3000, 1));
        damage(cap, damage, List.of(3));
        MutableReadCap readCap = cap.readOnly();
        assertThatThrownBy(() -> files.read(readCap))
                .isInstanceOfAny(NotEnoughSharesException.class, CorruptShareException.class);
    }

    @ParameterizedTest(name = "{0}: share {1}")
    @MethodSource("damages")
    void changeReplacesDamagedShares(MutableFormat format, String what, Damage damage) throws IOException {
        MutableWriteCap cap = files.create(bytes(3000, 1), format, CODED);
        damage(cap, damage, List.of(0, 1, 2));
        files.modify(cap, _ -> bytes(3000, 2));
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(3000, 2));
        assertThat(Servermap.read(cap.readOnly().toVerifyCap(), grid.connected())
                        .best()
                        .orElseThrow())
                .hasSize(10);
    }

    static Stream<Arguments> faults() {
        return Stream.of(MutableFormat.values())
                .flatMap(format -> Stream.of(
                        fault(format, "refuse", new Fault.Refuse(), Schedule.always()),
                        fault(format, "hang up", new Fault.Drop(Applied.NOT), Schedule.always()),
                        fault(format, "die at the third call", new Fault.Drop(Applied.NOT), Schedule.from(3)),
                        fault(format, "are frozen", new Fault.Hang(Applied.NOT), Schedule.always()),
                        fault(format, "freeze at the third call", new Fault.Hang(Applied.NOT), Schedule.from(3)),
                        fault(format, "cut what is read", new Fault.Cut(300), Schedule.always(), Call.READ),
                        fault(format, "shorten what is read", new Fault.Shorten(300), Schedule.always(), Call.READ),
                        fault(format, "lie when read", new Fault.Flip(70 * 8), Schedule.always(), Call.READ)));
    }

    private static Arguments fault(MutableFormat format, String what, Fault fault, Schedule schedule, Call... calls) {
        return Arguments.of(
                format, what, (Consumer<FaultyStorageServer>) server -> server.inject(fault, schedule, calls));
    }

    @ParameterizedTest(name = "{0}: three servers {1}")
    @MethodSource("faults")
    void threeServersThatFailAreDoneWithout(MutableFormat format, String what, Consumer<FaultyStorageServer> fault) {
        assertTimeoutPreemptively(NO_HANG, () -> workDespite(grid, format, fault));
    }

    @ParameterizedTest(name = "{0}: three servers {1}, over HTTPS")
    @MethodSource("faults")
    void threeServersThatFailOverHttpsAreDoneWithout(
            MutableFormat format, String what, Consumer<FaultyStorageServer> fault) {
        try (var https = MemoryGrid.overHttps(10)) {
            assertTimeoutPreemptively(NO_HANG, () -> workDespite(https, format, fault));
        }
    }

    private static void workDespite(MemoryGrid grid, MutableFormat format, Consumer<FaultyStorageServer> fault)
            throws IOException {
        MutableFiles files = files(grid, 6); // a busy machine may make one of the seven look frozen
        MutableWriteCap cap = files.create(bytes(3000, 1), format, CODED);
        for (int server = 2; server < 5; server++) {
            fault.accept(grid.faulty(server));
        }
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(3000, 1));
        files.modify(cap, before -> {
            assertThat(before).isEqualTo(bytes(3000, 1));
            return bytes(3100, 2);
        });
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(3100, 2));
        grid.heal();
        assertThat(files.read(cap.readOnly())).isEqualTo(bytes(3100, 2));
    }

    /// Small shares come in one answer; large ones may be overwritten as often as they are looked at.
    @ParameterizedTest
    @CsvSource({"SDMF, 20000", "MDMF, 20000", "MDMF, 1500000"})
    void whatIsOverwrittenWhileItIsVerifiedIsNotDamaged(MutableFormat format, int size) throws Exception {
        MutableWriteCap cap = files.create(bytes(size, 1), format, CODED);
        for (int server = 0; server < 10; server++) {
            grid.faulty(server).inject(new Fault.Delay(Duration.ofMillis(3)), Schedule.always(), Call.READ);
        }
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Void> writing = threads.submit(() -> {
                for (int i = 0; !done.get(); i++) {
                    files.modify(cap, bytes -> bytes(bytes.length + 1, bytes.length));
                }
                return null;
            });
            try {
                for (int i = 0; i < 10; i++) {
                    var health = files.check(cap.readOnly().toVerifyCap(), grid.connected(), true);
                    assertThat(health.damaged()).isEmpty();
                    assertThat(size < 100_000 ? health.unheard() : Map.of()).isEmpty();
                }
            } finally {
                done.set(true);
            }
            writing.get();
        }
        for (int server = 0; server < 10; server++) {
            assertThat(grid.faulty(server).calls()).doesNotContain(Call.ADVISE_CORRUPT);
        }
    }

    @Test
    void serverThatSuddenlyLiesDoesNotKeepOthersFromBeingVerified() throws IOException {
        MutableWriteCap cap = files.create(bytes(20_000, 1), MutableFormat.SDMF, CODED);
        grid.faulty(4).inject(new Fault.Flip(8 * 8), Schedule.from(4), Call.READ);
        var health = files.check(cap.readOnly().toVerifyCap(), grid.connected(), true);
        assertThat(health.goodShares()).isEqualTo(9);
        assertThat(health.damaged().size() + health.unheard().size()).isEqualTo(1);
    }

    private void damage(MutableWriteCap cap, Damage damage, List<Integer> shares) {
        for (var server : grid.servers()) {
            for (int share : server.list(ShareKind.MUTABLE, index(cap))) {
                if (shares.contains(share)) {
                    byte[] damaged = damage.done(server.share(ShareKind.MUTABLE, index(cap), share));
                    server.setShare(ShareKind.MUTABLE, index(cap), share, damaged);
                }
            }
        }
    }
}
