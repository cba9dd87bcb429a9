package org.truckee.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;
import org.truckee.client.health.FileHealth.State;
import org.truckee.client.mutable.KeyPool;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;

/// What is done to a file of 3-of-10 shares on ten servers, what a verification says of it, and that a repair makes
/// it whole: every share on a server of its own, the contents as before, and nothing left to do.
@Timeout(60)
class RepairTableTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final CheckOptions VERIFY = new CheckOptions(true, CheckOptions.NONE, false, Optional.empty());
    private static final CheckOptions REPAIR = new CheckOptions(true, CheckOptions.ALL, false, Optional.empty());

    private final MemoryGrid servers = new MemoryGrid(10);
    private final Grid grid = Stored.grid(servers, new Encoding(3, 10), 6, KEYS, InstantSource.system());

    @AfterEach
    void close() {
        grid.close();
        servers.close();
    }

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    /// What is done before the file is stored, and to it.
    interface Damage {
        void to(Stored stored) throws IOException;
    }

    /// What a verification must find.
    record Found(int good, int happiness, int wrong, int recoverable, int unrecoverable, List<String> damaged) {
        static Found good(int good, int happiness) {
            return new Found(good, happiness, 0, 1, 0, List.of());
        }

        static Found damaged(int share, String section) {
            return new Found(9, 9, 0, 1, 0, List.of("share " + share + ": " + section));
        }

        static Found of(FileHealth health) {
            List<String> damaged = health.damaged().stream()
                    .map(DamagedShare::what)
                    .map(what -> what.substring(0, what.indexOf(" [")))
                    .toList();
            return new Found(
                    health.goodShares(),
                    health.happiness(),
                    health.wrongShares(),
                    health.recoverableVersions(),
                    health.unrecoverableVersions(),
                    damaged);
        }
    }

    record Row(String name, Found found, Damage damage) {}

    private static Row flipped(String section, int headerField) {
        return new Row(
                "a bit of the " + section + " is flipped",
                Found.damaged(4, section),
                stored -> stored.flip(4, stored.number(4, headerField, 4) + 40));
    }

    /// To files of every kind.
    private static List<Row> common() {
        return List.of(
                new Row("nothing", Found.good(10, 10), _ -> {}),
                new Row("a share is missing", Found.good(9, 9), stored -> stored.remove(4)),
                new Row("seven shares are missing", Found.good(3, 3), stored -> {
                    for (int share = 1; share < 8; share++) {
                        stored.remove(share);
                    }
                }),
                new Row("a share is on two servers, another on none", Found.good(9, 9), stored -> {
                    stored.set(stored.holder(5), 4, stored.bytes(stored.holder(4), 4));
                    stored.remove(5);
                }),
                new Row("two shares are on one server", Found.good(10, 9), stored -> {
                    byte[] bytes = stored.bytes(stored.holder(5), 5);
                    stored.remove(5);
                    stored.set(stored.holder(4), 5, bytes);
                }),
                new Row("a share is cut to half", new Found(9, 9, 0, 1, 0, List.of("share 4: ")), stored -> {
                    int server = stored.holder(4);
                    byte[] bytes = stored.bytes(server, 4);
                    stored.set(server, 4, Arrays.copyOf(bytes, bytes.length / 2));
                }),
                new Row("a bit of the header is flipped", Found.damaged(4, "header"), stored -> stored.flip(4, 0)),
                new Row(
                        "a share has another's number",
                        new Found(8, 8, 0, 1, 0, List.of("share 4: share hashes", "share 7: share hashes")),
                        stored -> {
                            byte[] seventh = stored.bytes(stored.holder(7), 7);
                            stored.set(stored.holder(7), 7, stored.bytes(stored.holder(4), 4));
                            stored.set(stored.holder(4), 4, seventh);
                        }));
    }

    private static List<Row> immutable() {
        return List.of(
                flipped("unused plaintext hashes", 16),
                flipped("ciphertext hashes", 20),
                flipped("block hashes", 24),
                flipped("share hashes", 28),
                flipped("URI extension", 32),
                new Row(
                        "a bit of the first block is flipped",
                        Found.damaged(4, "blocks"),
                        stored -> stored.flip(4, 1000)),
                new Row(
                        "a bit of the last block is flipped",
                        Found.damaged(4, "blocks"),
                        stored -> stored.flip(4, stored.number(4, 16, 4) - 1)),
                new Row(
                        "the size of blocks in a header is another",
                        Found.damaged(4, "header"),
                        stored -> stored.flip(4, 7)),
                new Row("a byte is behind the end", Found.damaged(4, "bytes behind the end"), stored -> {
                    int server = stored.holder(4);
                    byte[] bytes = stored.bytes(server, 4);
                    stored.set(server, 4, Arrays.copyOf(bytes, bytes.length + 1));
                }));
    }

    private static List<Row> sdmf() {
        return List.of(
                new Row(
                        "a bit of the public key is flipped",
                        Found.damaged(4, "public key"),
                        stored -> stored.flip(4, 120)),
                flipped("signature", 75),
                flipped("share hashes", 79),
                new Row(
                        "a bit of the root of the block hashes is flipped",
                        Found.damaged(4, "share hashes"),
                        stored -> stored.flip(4, stored.number(4, 83, 4))),
                flipped("blocks", 87),
                new Row(
                        "a bit of the signing key is flipped",
                        Found.damaged(4, "encrypted signing key"),
                        stored -> stored.flip(4, -5)));
    }

    private static Row mdmf(String section, int field, int behind) {
        return new Row(
                "a bit of the " + section + " is flipped",
                Found.damaged(4, section),
                stored -> stored.flip(4, stored.number(4, field, 8) + behind));
    }

    private static List<Row> mdmf() {
        return List.of(
                mdmf("encrypted signing key", 59, 9),
                mdmf("share hashes", 67, 9),
                mdmf("signature", 75, 9),
                mdmf("public key", 83, 40),
                mdmf("blocks", 99, 70_000),
                mdmf("block hashes", 107, 70));
    }

    /// To mutable files of both kinds.
    private static List<Row> versions() {
        return List.of(
                new Row(
                        "four shares are of an older version",
                        new Found(6, 6, 4, 2, 0, List.of()),
                        stored -> withVersions(stored, 4)),
                new Row(
                        "two shares are of an older version",
                        new Found(8, 8, 2, 1, 1, List.of()),
                        stored -> withVersions(stored, 2)),
                new Row(
                        "eight shares are of an older version",
                        new Found(8, 8, 2, 1, 1, List.of()),
                        stored -> withVersions(stored, 8)));
    }

    /// The version after the first, which as many shares as `older` have not seen.
    private static void withVersions(Stored stored, int older) throws IOException {
        Map<Integer, byte[]> before = new TreeMap<>();
        for (int share = 0; share < older; share++) {
            before.put(share, stored.bytes(stored.holder(share), share));
        }
        stored.change(older < 8 ? Stored.contents(1) : Stored.contents(2));
        before.forEach((share, bytes) -> stored.set(stored.holder(share), share, bytes));
    }

    static Stream<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        common().forEach(row -> {
            rows.add(Arguments.of("immutable: " + row.name(), "CHK", row));
            rows.add(Arguments.of("SDMF: " + row.name(), "SDMF", row));
            rows.add(Arguments.of("MDMF: " + row.name(), "MDMF", row));
        });
        immutable().forEach(row -> rows.add(Arguments.of("immutable: " + row.name(), "CHK", row)));
        sdmf().forEach(row -> rows.add(Arguments.of("SDMF: " + row.name(), "SDMF", row)));
        mdmf().forEach(row -> rows.add(Arguments.of("MDMF: " + row.name(), "MDMF", row)));
        versions().forEach(row -> {
            rows.add(Arguments.of("SDMF: " + row.name(), "SDMF", row));
            rows.add(Arguments.of("MDMF: " + row.name(), "MDMF", row));
        });
        return rows.stream();
    }

    private Stored store(String kind) throws IOException {
        return kind.equals("CHK")
                ? Stored.immutable(servers, grid)
                : Stored.mutable(servers, grid, MutableFormat.valueOf(kind));
    }

    private Checked check(Stored stored, CheckOptions options) throws IOException {
        return grid.checker().check(stored.cap(), options).orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void damageIsFoundAndRepaired(String name, String kind, Row row) throws IOException {
        Stored stored = store(kind);
        row.damage().to(stored);
        Found found = Found.of(check(stored, VERIFY).found());
        assertThat(found).as("found").satisfies(actual -> matches(actual, row.found()));
        Checked repaired = check(stored, REPAIR);
        assertThat(repaired.now().state()).as("%s", repaired).isEqualTo(State.FULL);
        Checked again = check(stored, REPAIR);
        assertThat(again.found().isHealthy()).isTrue();
        assertThat(again.repair()).as("a second repair").isInstanceOf(Checked.Repair.NotTried.class);
        assertThat(check(stored, CheckOptions.LOOK).found().damaged()).isEmpty();
        assertThat(stored.read()).isEqualTo(Stored.contents(1));
    }

    /// Where a share is cut says nothing of the section that is missed first.
    private static void matches(Found actual, Found expected) {
        assertThat(actual.damaged()).hasSameSizeAs(expected.damaged());
        for (int i = 0; i < expected.damaged().size(); i++) {
            assertThat(actual.damaged().stream().sorted().toList().get(i))
                    .startsWith(expected.damaged().get(i));
        }
        assertThat(new Found(
                        actual.good(),
                        actual.happiness(),
                        actual.wrong(),
                        actual.recoverable(),
                        actual.unrecoverable(),
                        List.of()))
                .isEqualTo(new Found(
                        expected.good(),
                        expected.happiness(),
                        expected.wrong(),
                        expected.recoverable(),
                        expected.unrecoverable(),
                        List.of()));
    }

    static Stream<Arguments> kinds() {
        return Stream.of("CHK", "SDMF", "MDMF").map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void fileSpreadsToServersThatCameLater(String kind) throws IOException {
        for (int server = 6; server < 10; server++) {
            servers.takeAway(server);
        }
        Stored stored = store(kind);
        assertThat(check(stored, REPAIR).repair()).isInstanceOf(Checked.Repair.NotTried.class);
        servers.heal();
        assertThat(check(stored, VERIFY).found().happiness()).isEqualTo(6);
        assertThat(check(stored, REPAIR).now().state()).isEqualTo(State.FULL);
        assertThat(stored.read()).isEqualTo(Stored.contents(1));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void fileIsWholeOnTheServersThatAreLeft(String kind) throws IOException {
        Stored stored = store(kind);
        for (int server = 6; server < 10; server++) {
            servers.takeAway(server);
        }
        FileHealth repaired = check(stored, REPAIR).now();
        assertThat(repaired.isHealthy()).isTrue();
        assertThat(repaired.happiness()).isEqualTo(6);
        assertThat(repaired.state()).isEqualTo(State.REDUCED);
        assertThat(check(stored, REPAIR).repair()).isInstanceOf(Checked.Repair.NotTried.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingIsDoneToAFileThatCannotBeRead(String kind) throws IOException {
        Stored stored = store(kind);
        for (int share = 0; share < 8; share++) {
            stored.remove(share);
        }
        Checked repaired = check(stored, REPAIR);
        assertThat(repaired.found().state()).isEqualTo(State.UNREADABLE);
        assertThat(repaired.repair()).isInstanceOf(Checked.Repair.Failed.class);
        assertThat(repaired.now().wrongShares() + repaired.now().holders().size())
                .isEqualTo(repaired.found().wrongShares()
                        + repaired.found().holders().size());
    }

    static Stream<Arguments> interruptions() {
        return Stream.of("CHK", "SDMF", "MDMF")
                .flatMap(kind -> Stream.of(1, 2, 3).map(call -> Arguments.of(kind, call)));
    }

    /// Servers fail from their nth call on, for one while the repair writes.
    @ParameterizedTest(name = "{0}, from call {1} on")
    @MethodSource("interruptions")
    void repairThatIsInterruptedDoesNoHarm(String kind, int call) throws IOException {
        Stored stored = store(kind);
        if (!kind.equals("CHK")) {
            withVersions(stored, 5);
        }
        for (int share = 5; share < 8; share++) {
            stored.remove(share);
        }
        for (int server = 0; server < 10; server++) {
            var lost = new Fault.Drop(server % 2 == 0 ? Applied.NOT : Applied.UNHEARD);
            servers.faulty(server).inject(lost, Schedule.from(call), Call.WRITE, Call.READ_TEST_WRITE, Call.ALLOCATE);
        }
        Checked broken = check(stored, REPAIR);
        if (call == 1) {
            assertThat(broken.repair()).isInstanceOf(Checked.Repair.Failed.class);
        }
        servers.heal();
        assertThat(stored.read()).isEqualTo(Stored.contents(1));
        assertThat(check(stored, REPAIR).now().state()).isEqualTo(State.FULL);
        assertThat(stored.read()).isEqualTo(Stored.contents(1));
    }
}
