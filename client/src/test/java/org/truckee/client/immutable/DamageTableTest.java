package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

/// What is done to seven of the ten servers of a file of which three shares are needed, before or while it is read.
/// With three good shares it comes back whole; with the same done to an eighth it does not, and that is said. On
/// servers in memory, and the same behind HTTPS.
@Timeout(60)
class DamageTableTest {
    private static final int SIZE = 1000;
    private static final int BLOCK_BYTES = 25;

    /// What is done to the server that holds `share`.
    interface Damage {
        void to(Stored stored, int share);
    }

    /// An uploaded file, and who holds what of it.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(MemoryGrid grid, EncryptedFile source, ChkReadCap cap, List<Integer> holder, byte[] foreign) {
        byte[] bytes(int share) {
            return grid.server(holder.get(share)).share(ShareKind.IMMUTABLE, source.storageIndex(), share);
        }

        void set(int share, byte[] bytes) {
            grid.server(holder.get(share)).setShare(ShareKind.IMMUTABLE, source.storageIndex(), share, bytes);
        }

        FaultyStorageServer server(int share) {
            return grid.faulty(holder.get(share));
        }

        void inject(int share, Fault fault, Schedule schedule, Call... calls) {
            server(share).inject(fault, schedule, calls);
        }
    }

    private record Case(String name, Damage damage) {}

    private static Case flipped(String section, int at) {
        return new Case("a bit of the " + section + " is flipped", (stored, share) -> {
            byte[] bytes = stored.bytes(share).clone();
            bytes[at < 0 ? bytes.length + at : at] ^= 4;
            stored.set(share, bytes);
        });
    }

    private static Case cut(String where, double part) {
        return new Case("shares are cut " + where, (stored, share) -> {
            byte[] bytes = stored.bytes(share);
            stored.set(share, Arrays.copyOf(bytes, Math.max(1, (int) (bytes.length * part))));
        });
    }

    private static Case fault(String name, Fault fault, Schedule schedule, Call... calls) {
        return new Case(name, (stored, share) -> stored.inject(share, fault, schedule, calls));
    }

    private static List<Case> cases() {
        var hang = new Fault.Hang(Applied.NOT);
        return List.of(
                new Case("shares are gone", (stored, share) -> stored.set(share, new byte[0])),
                new Case(
                        "servers are away",
                        (stored, share) ->
                                stored.grid().takeAway(stored.holder().get(share))),
                flipped("version", 3),
                flipped("offset of the blocks", 15),
                flipped("offset of the block hashes", 27),
                flipped("offset of the share hashes", 31),
                flipped("offset of the URI extension", 35),
                flipped("first block", 36),
                flipped("last block", 36 + 13 * BLOCK_BYTES),
                flipped("block hashes", 36 + SIZE / 3 + 1 + 2 * 31 * 32 + 15 * 32),
                flipped("share hashes", -400),
                flipped("URI extension's length", -316),
                flipped("URI extension", -5),
                cut("to nothing but a byte", 0),
                cut("within the blocks", 0.08),
                cut("within the hashes", 0.5),
                cut("within the URI extension", 0.98),
                new Case("shares are those of another file", (stored, share) -> stored.set(share, stored.foreign())),
                new Case(
                        "shares have the number of another",
                        (stored, share) -> stored.set(share, stored.bytes((share + 1) % 10 == 0 ? 9 : share + 1))),
                fault("servers refuse connections", new Fault.Refuse(), Schedule.always()),
                fault("servers lose connections", new Fault.Drop(Applied.NOT), Schedule.always()),
                fault("servers die at the third call", new Fault.Refuse(), Schedule.from(3)),
                fault("servers die at the third read", new Fault.Refuse(), Schedule.from(3), Call.READ),
                fault("servers say nothing", hang, Schedule.always()),
                fault("servers say nothing to a read", hang, Schedule.always(), Call.READ),
                fault("servers say nothing from the third read on", hang, Schedule.from(3), Call.READ),
                fault("reads stop after 10 bytes", new Fault.Stall(10), Schedule.always(), Call.READ),
                fault("reads break off after 10 bytes", new Fault.Cut(10), Schedule.always(), Call.READ),
                fault("reads give 10 bytes", new Fault.Shorten(10), Schedule.always(), Call.READ),
                fault("every read lies in its ninth bit", new Fault.Flip(9), Schedule.always(), Call.READ),
                new Case(
                        "servers come back empty while the file is open",
                        (stored, share) ->
                                stored.inject(share, new Fault.Drop(Applied.NOT), Schedule.nth(2), Call.READ)));
    }

    private static final MemoryGrid MEMORY = new MemoryGrid(10);
    private static final MemoryGrid HTTPS = MemoryGrid.overHttps(10);

    @AfterAll
    static void close() {
        MEMORY.close();
        HTTPS.close();
    }

    @AfterEach
    void heal() throws IOException {
        MEMORY.heal();
        HTTPS.heal();
    }

    static Stream<Arguments> damages() {
        return Stream.concat(
                cases().stream().map(row -> Arguments.of("memory: " + row.name(), MEMORY, row.damage())),
                cases().stream().map(row -> Arguments.of("HTTPS: " + row.name(), HTTPS, row.damage())));
    }

    /// A file that differs from row to row.
    private static Stored store(MemoryGrid grid, Client client, byte[] contents) throws IOException {
        var source = Client.file(contents);
        var report = client.upload(source, 10);
        var holder = IntStream.range(0, 10)
                .mapToObj(share -> grid.all()
                        .indexOf(report.holders()
                                .getOrDefault(share, Set.of())
                                .iterator()
                                .next()))
                .toList();
        byte[] foreign =
                EncodedShares.of(Client.file(Client.contents(SIZE, 0))).shares().getFirst();
        return new Stored(grid, source, Client.cap(source, report), holder, foreign);
    }

    private static byte[] readAll(ChkFile file) throws IOException {
        var read = new byte[SIZE];
        file.read(0, read, 0, SIZE);
        return read;
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("damages")
    void fileComesBackFromThreeGoodShares(String name, MemoryGrid grid, Damage damage) throws IOException {
        byte[] contents = Client.contents(SIZE, name.hashCode());
        try (var client = new Client(grid)) {
            var stored = store(grid, client, contents);
            new Random(name.hashCode()).ints(0, 10).distinct().limit(7).forEach(share -> damage.to(stored, share));
            try (var file = client.open(stored.cap())) {
                assertThat(readAll(file)).isEqualTo(contents);
            }
            assertThat(client.memory().taken()).isZero();
        }
    }

    /// Left out are damage that only delays, and servers that keep connections open without a word for a read, but
    /// say their version: they are waited for, as long as connections are.
    static Stream<Arguments> lasting() {
        return damages()
                .filter(row -> !row.get()[0]
                        .toString()
                        .matches(".*(while the file is open|nothing to a read|from the third read on|stop after).*"));
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("lasting")
    void fileDoesNotComeBackFromTwo(String name, MemoryGrid grid, Damage damage) throws IOException {
        try (var client = new Client(grid)) {
            var stored = store(grid, client, Client.contents(SIZE, -name.hashCode()));
            IntStream.range(0, 8).forEach(share -> damage.to(stored, share));
            try (var file = client.open(stored.cap())) {
                assertThatThrownBy(() -> readAll(file))
                        .isInstanceOf(NotEnoughSharesException.class)
                        .hasMessageStartingWith("the file needs 3 different shares and only ");
            }
            assertThat(client.memory().taken()).isZero();
        }
    }
}
