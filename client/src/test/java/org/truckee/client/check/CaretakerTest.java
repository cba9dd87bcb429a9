package org.truckee.client.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.ReducedUploads;
import org.truckee.client.mutable.KeyPool;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.time.SteppingClock;

@Timeout(60)
class CaretakerTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int FILES = 20;

    @TempDir
    private Path folder;

    private final SteppingClock clock = new SteppingClock(BEGIN);
    private final MemoryGrid servers = new MemoryGrid(6);
    private final Grid grid = Stored.grid(servers, new Encoding(2, 5), 3, KEYS, clock);
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private GridFiles files = grid.files(root);

    private final class Gateway implements Caretaker.Surroundings {
        @Override
        public List<DirectoryCap> trees() {
            return List.of(root);
        }

        @Override
        public Set<ServerId> expected() {
            return servers.all().stream().map(GridServer::id).collect(Collectors.toSet());
        }

        @Override
        public long uploads() {
            return grid.transfers().totals().uploads();
        }

        @Override
        public ReducedUploads reduced() {
            return grid.immutableFiles().reduced();
        }

        @Override
        public OptionalLong usedBytes() {
            return OptionalLong.empty();
        }
    }

    @BeforeEach
    void plant() throws IOException {
        servers.takeAway(5);
        root = grid.directories().create();
        files = grid.files(root);
        for (int file = 0; file < FILES; file++) {
            put("/" + file);
        }
    }

    private void put(String path) throws IOException {
        var contents = new byte[100];
        new Random(path.hashCode()).nextBytes(contents);
        files.put(GridPath.parse(path), Plaintext.of(contents));
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

    private Caretaker caretaker(Repairing repairing, InstantSource time) throws IOException {
        return new Caretaker(
                grid.directories(),
                grid.checker(),
                new Gateway(),
                new Caretaker.Options(repairing, Duration.ofDays(3), Duration.ZERO),
                folder.resolve("care.json"),
                time);
    }

    private void days(Caretaker caretaker, int days) throws IOException {
        for (int day = 0; day < days; day++) {
            clock.advance(Duration.ofDays(1));
            caretaker.tend();
        }
    }

    @Test
    void absentServerIsWaitedForBeforeItsSharesAreMadeAgain() throws IOException {
        servers.heal();
        Caretaker caretaker = caretaker(Repairing.AUTO, clock);
        caretaker.tend();
        assertThat(caretaker.report().found().full())
                .as("%s", caretaker.report())
                .isEqualTo(FILES + 1);
        servers.takeAway(0);
        days(caretaker, 2);
        assertThat(caretaker.report().found().repairs()).isZero();
        long reduced = caretaker.report().found().reduced();
        assertThat(reduced).isPositive();
        days(caretaker, 1);
        assertThat(caretaker.report().found().full())
                .as("%s", caretaker.report())
                .isEqualTo(FILES + 1);
        assertThat(caretaker.report().found().repairsDone()).isEqualTo(reduced);
    }

    @Test
    void whatLacksMoreThanTheAbsentHaveIsRepairedAtOnce() throws IOException {
        Caretaker caretaker = caretaker(Repairing.AUTO, clock);
        caretaker.tend();
        servers.takeAway(0);
        servers.takeAway(1);
        servers.takeAway(2);
        clock.advance(Duration.ofHours(2));
        caretaker.tend();
        assertThat(caretaker.report().found().repairs())
                .as("two of two-of-five are left")
                .isPositive();
    }

    @Test
    void reportSaysWhatIsReducedAndRepairsNothing() throws IOException {
        Caretaker caretaker = caretaker(Repairing.REPORT, clock);
        caretaker.tend();
        servers.takeAway(0);
        days(caretaker, 10);
        assertThat(caretaker.report().found().reduced()).isEqualTo(FILES + 1);
        assertThat(caretaker.report().found().repairs()).isZero();
    }

    @Test
    void uploadToFewServersIsCompletedWhenOthersCome() throws IOException {
        Caretaker caretaker = caretaker(Repairing.AUTO, clock);
        caretaker.tend();
        servers.takeAway(0);
        servers.takeAway(1);
        put("/few");
        caretaker.tend();
        assertThat(caretaker.report().unfinished()).isEqualTo(1);
        Caretaker next = caretaker(Repairing.AUTO, clock);
        servers.heal();
        next.tend();
        assertThat(next.report().unfinished()).isZero();
        Checked few = grid.checker()
                .check(files.cap(GridPath.parse("/few")), CheckOptions.LOOK)
                .orElseThrow();
        assertThat(few.found().happiness()).isEqualTo(5);
    }

    @Test
    void nextProcessGoesOnWhereTheLastOneStopped() throws IOException {
        for (int calls = 8; ; calls += 17) {
            var left = new int[] {calls};
            InstantSource interrupting = () -> {
                if (--left[0] == 0) {
                    Thread.currentThread().interrupt();
                }
                return clock.instant();
            };
            Caretaker first = caretaker(Repairing.AUTO, interrupting);
            if (left[0] > 0 && !isInterrupted(first)) {
                break;
            }
            first.close();
            if (first.report().walking().isEmpty()) {
                break; // it was interrupted when it had done everything
            }
            assertThat(first.report().soFar().objects()).isLessThan(FILES + 1);
            Caretaker second = caretaker(Repairing.AUTO, clock);
            assertThat(second.report().walking()).isPresent();
            second.tend();
            assertThat(second.report().found().objects())
                    .as("after %s looks", calls)
                    .isEqualTo(FILES + 1);
            clock.advance(Duration.ofDays(8));
        }
    }

    private static boolean isInterrupted(Caretaker caretaker) throws IOException {
        try {
            caretaker.tend();
            return false;
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            assertThat(Thread.interrupted()).isTrue();
            return true;
        }
    }

    @Test
    void leasesAreRenewedWhereThereAreSharesAndTheReportSaysSinceWhen() throws IOException {
        Caretaker caretaker = caretaker(Repairing.OFF, clock);
        List<Integer> before = renewals();
        caretaker.tend();
        List<Integer> after = renewals();
        for (int server = 0; server < 5; server++) {
            assertThat(after.get(server) - before.get(server)).isEqualTo(FILES + 1);
        }
        assertThat(after.get(5)).isZero();
        assertThat(caretaker.report().renewedAt()).contains(BEGIN);
        assertThat(caretaker.report().firstExpiry()).contains(BEGIN.plus(Duration.ofDays(31)));
        servers.takeAway(3);
        days(caretaker, 5);
        assertThat(caretaker.report().renewedAt()).as("server 3 was not asked").contains(BEGIN);
        servers.heal();
        days(caretaker, 1);
        assertThat(caretaker.report().renewedAt()).contains(BEGIN.plus(Duration.ofDays(6)));
    }

    private List<Integer> renewals() {
        List<Integer> counts = new ArrayList<>();
        for (int server = 0; server < 6; server++) {
            counts.add((int) servers.faulty(server).calls().stream()
                    .filter(Call.RENEW_LEASE::equals)
                    .count());
        }
        return counts;
    }

    @Test
    void walkThatFailsIsNotTakenForADoneOne() throws IOException {
        Caretaker caretaker = caretaker(Repairing.AUTO, clock);
        for (int server = 0; server < 5; server++) {
            servers.takeAway(server);
        }
        grid.close();
        assertThatThrownBy(() -> files.put(GridPath.parse("/x"), Plaintext.of(new byte[100])))
                .isInstanceOf(IOException.class);
        caretaker.tend();
        assertThat(caretaker.report().found().unreadable()).isPositive();
        assertThat(caretaker.report().renewedAt()).isEmpty();
    }
}
