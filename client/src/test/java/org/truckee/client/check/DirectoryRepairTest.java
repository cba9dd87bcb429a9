package org.truckee.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.check.Checked.Repair;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.health.FileHealth;
import org.truckee.client.health.FileHealth.State;
import org.truckee.client.mutable.KeyPool;

/// Directories of five copies on seven servers.
@Timeout(60)
class DirectoryRepairTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final CheckOptions REPAIR = new CheckOptions(true, CheckOptions.ALL, false, Optional.empty());

    private final MemoryGrid servers = new MemoryGrid(7);
    private final Grid grid = grid();
    private Stored stored = Stored.nothing(servers, grid);

    private Grid grid() {
        return Stored.grid(servers, new Encoding(2, 5), 3, KEYS, InstantSource.system());
    }

    @BeforeEach
    void store() throws IOException {
        stored = Stored.directory(servers, grid);
        stored.link("one");
    }

    @AfterEach
    void close() {
        grid.close();
        servers.close();
    }

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    private FileHealth look() throws IOException {
        return grid.checker()
                .check(stored.cap(), CheckOptions.LOOK)
                .orElseThrow()
                .found();
    }

    private Checked repair() throws IOException {
        return grid.checker().check(stored.cap(), REPAIR).orElseThrow();
    }

    private void isClean(String... names) throws IOException {
        Checked again = repair();
        assertThat(again.repair()).as("%s", again).isInstanceOf(Repair.NotTried.class);
        assertThat(again.found().state()).isEqualTo(State.FULL);
        assertThat(again.found().wrongShares()).isZero();
        try (var other = grid()) {
            assertThat(other.directories()
                            .read((DirectoryCap) stored.cap())
                            .entries()
                            .keySet())
                    .contains(names);
        }
    }

    @Test
    void nothingIsDoneToADirectoryThatLacksNothing() throws IOException {
        isClean("one");
    }

    @Test
    void numberMovesToAnotherServerAndItsOldHomeReturnsMonthsLater() throws IOException {
        int old = stored.holder(0);
        servers.takeAway(old);
        assertThat(look().goodShares()).isEqualTo(4);
        assertThat(repair().now().state()).isEqualTo(State.FULL);
        stored.link("two");
        servers.heal();
        FileHealth returned = look();
        assertThat(returned.goodShares()).isEqualTo(5);
        assertThat(returned.wrongShares()).isEqualTo(1);
        assertThat(repair().now().state()).isEqualTo(State.FULL);
        assertThat(stored.all(old)).as("what the old home has").isEmpty();
        isClean("one", "two");
    }

    /// A client that knows nothing reads the old homes too, and must not be held up by what they take for homes.
    @Test
    void directoryCanBeChangedThoughThreeOldHomesReturn() throws IOException {
        for (int number = 0; number < 2; number++) {
            servers.takeAway(stored.holder(number));
            assertThat(repair().now().state()).isEqualTo(State.FULL);
        }
        int third = stored.holder(2);
        servers.takeAway(third);
        assertThat(repair().now().goodShares()).isEqualTo(4);
        servers.heal();
        servers.takeAway(third);
        assertThat(repair().now().state()).isEqualTo(State.FULL);
        servers.heal();
        try (var other = grid()) {
            new Stored(servers, other, stored.kind(), stored.storageIndex(), stored.cap()).link("two");
        }
        assertThat(repair().now().state()).isEqualTo(State.FULL);
        isClean("one", "two");
    }

    @Test
    void numbersAreAddedWhenServersCome() throws IOException {
        for (int server = 3; server < 7; server++) {
            servers.takeAway(server);
        }
        store();
        assertThat(look().encoding()).isEqualTo(new Encoding(1, 3));
        servers.heal();
        assertThat(look().state()).isEqualTo(State.REDUCED);
        assertThat(repair().now().encoding()).isEqualTo(new Encoding(1, 5));
        isClean("one");
    }

    @Test
    void homeThatLostItsCopyGetsItBack() throws IOException {
        stored.remove(3);
        stored.remove(1);
        assertThat(look().goodShares()).isEqualTo(3);
        assertThat(repair().now().state()).isEqualTo(State.FULL);
        isClean("one");
    }

    @Test
    void damagedCopyIsReplaced() throws IOException {
        stored.flip(2, 200);
        Checked repaired = repair();
        assertThat(repaired.found().damaged()).hasSize(1);
        assertThat(repaired.now().state()).isEqualTo(State.FULL);
        isClean("one");
    }

    @Test
    void copyThatAForeignWriterPutElsewhereIsMergedAndRemoved() throws IOException {
        int elsewhere = IntStream.range(0, 7)
                .filter(server -> stored.all(server).isEmpty())
                .findFirst()
                .orElseThrow();
        byte[] before = stored.bytes(stored.holder(0), 0);
        stored.link("two");
        stored.write(elsewhere, 0, before);
        assertThat(look().wrongShares()).isEqualTo(1);
        repair();
        isClean("one", "two");
    }

    @Test
    void copyOnAServerThatLeavesMovesWhileItIsThere() throws IOException {
        int leaves = stored.holder(0);
        var id = servers.all().get(leaves).id();
        var without = new CheckOptions(false, CheckOptions.ALL, false, Optional.of(id));
        Checked checked = grid.checker().check(stored.cap(), without).orElseThrow();
        assertThat(checked.found().goodShares()).isEqualTo(4);
        assertThat(checked.now().state()).isEqualTo(State.FULL);
        servers.takeAway(leaves);
        isClean("one");
    }

    @Test
    void minorityOfCopiesIsReadableAndCannotBeRepaired() throws IOException {
        for (int number = 0; number < 3; number++) {
            servers.takeAway(stored.holder(number));
        }
        Checked checked = repair();
        assertThat(checked.repair()).isInstanceOf(Repair.Failed.class);
        assertThat(checked.now().isRecoverable()).isTrue();
        servers.heal();
        assertThat(repair().now().state()).isEqualTo(State.FULL);
    }

    @Test
    void changesMadeDuringRepairsAreKept() throws Exception {
        var names = new ArrayList<String>();
        try (var other = grid();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var view = new Stored(servers, other, stored.kind(), stored.storageIndex(), stored.cap());
            var writing = threads.submit((Callable<Void>) () -> {
                for (int i = 0; i < 10; i++) {
                    view.link("name " + i);
                    names.add("name " + i);
                }
                return null;
            });
            for (int round = 0; round < 3; round++) {
                stored.remove(round);
                repair();
            }
            writing.get();
        }
        repair();
        isClean(names.toArray(String[]::new));
        assertThat(Set.copyOf(names)).hasSize(10);
    }
}
