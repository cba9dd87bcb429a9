package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.truckee.storage.StorageFolder.LEASE;
import static org.truckee.storage.StorageFolder.NODE;
import static org.truckee.storage.StorageFolder.bytes;
import static org.truckee.storage.StorageFolder.index;
import static org.truckee.storage.StorageFolder.overwrite;
import static org.truckee.storage.StorageFolder.put;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.time.SteppingClock;
import org.truckee.storage.LeaseExpiry.Age;
import org.truckee.storage.LeaseExpiry.NotSince;

class LeaseExpiryTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final LeaseExpiry AFTER_60_DAYS = new LeaseExpiry(new Age(Duration.ofDays(60)), true, true);

    private final SteppingClock clock = new SteppingClock(BEGIN);
    private StorageFolder folder;

    @BeforeEach
    void make(@TempDir Path node) {
        folder = new StorageFolder(node);
    }

    @Test
    void shareWhoseLeaseIsRenewedStaysForAYearAndTheOtherGoes() throws IOException {
        withServer(server -> {
            put(server, index(1), 0, bytes(1, 100));
            put(server, index(2), 0, bytes(2, 100));
            overwrite(server, index(3), Set.of(0, 1), bytes(3, 100));
        });
        try (var node = new Rounds(AFTER_60_DAYS)) {
            for (int month = 0; month < 13; month++) {
                node.days(28);
                node.round();
                node.renew(index(1));
                assertThat(shares(1)).as("linked, month %s", month).isEqualTo(1);
                assertThat(shares(2)).as("unlinked, month %s", month).isEqualTo(month < 2 ? 1 : 0);
                assertThat(shares(3)).as("mutable, month %s", month).isEqualTo(month < 2 ? 2 : 0);
            }
            assertThat(node.crawler.report().expiredShares()).isEqualTo(3);
        }
    }

    @Test
    void oneOfTwoLeasesEndsAndTheShareStays() throws IOException {
        withServer(server -> {
            put(server, index(1), 0, bytes(1, 100));
            overwrite(server, index(2), Set.of(0), bytes(2, 100));
        });
        var friend = new byte[32];
        Arrays.fill(friend, (byte) 1);
        try (var node = new Rounds(AFTER_60_DAYS)) {
            node.days(50);
            node.round();
            var other = new LeaseSecrets(friend, friend);
            node.renew(index(1), other);
            node.renew(index(2), other);
            node.days(20);
            node.round();
            assertThat(leases(1)).isEqualTo(1);
            assertThat(leases(2)).isEqualTo(1);
        }
        withServer(server -> assertThat(StorageFolder.get(server, index(1), 0)).isEqualTo(bytes(1, 100)));
    }

    @Test
    void nothingEndsForAMonthAfterTheClockJumped() throws IOException {
        withServer(server -> put(server, index(1), 0, bytes(1, 100)));
        try (var node = new Rounds(AFTER_60_DAYS)) {
            node.round();
            clock.jump(Duration.ofDays(365));
            node.renew(index(2));
            node.round();
            assertThat(node.crawler.report().expiry())
                    .isEqualTo("paused: the clock jumped by more than a day, or the node was away for so long: nothing "
                            + "ends before 2027-02-01");
            assertThat(shares(1)).isEqualTo(1);
            clock.jump(Duration.ofDays(-365));
            node.round();
            assertThat(node.crawler.report().expiry()).endsWith("before 2026-02-01");
        }
    }

    @Test
    void nothingEndsAfterTheNodeWasAway() throws IOException {
        withServer(server -> put(server, index(1), 0, bytes(1, 100)));
        try (var node = new Rounds(AFTER_60_DAYS)) {
            node.round();
        }
        clock.advance(Duration.ofDays(100));
        try (var node = new Rounds(AFTER_60_DAYS)) {
            node.round();
            node.round();
            assertThat(shares(1)).isEqualTo(1);
            assertThat(node.crawler.report().expiry()).startsWith("paused: the clock jumped");
        }
    }

    @Test
    void nothingEndsWhileNobodyRenews() throws IOException {
        withServer(server -> put(server, index(1), 0, bytes(1, 100)));
        try (var node = new Rounds(AFTER_60_DAYS)) {
            node.round();
            for (int month = 0; month < 5; month++) {
                node.days(30);
                node.round();
            }
            assertThat(node.crawler.report().expiry())
                    .isEqualTo(
                            "paused: no lease was begun or renewed here in the last 30 days: nothing ends until one is");
            assertThat(shares(1)).isEqualTo(1);
            node.guard.renewed(clock.instant());
            node.round();
            assertThat(shares(1)).isZero();
        }
    }

    @Test
    void nothingEndsBeforeAllLeasesHaveBeenLookedAtOnce() throws IOException {
        withServer(server -> put(server, index(1), 0, bytes(1, 100)));
        Files.delete(folder.root().resolve("crawler.json"));
        try (var node = new Rounds(new LeaseExpiry(new NotSince(BEGIN.plusSeconds(100)), true, true))) {
            clock.advance(Duration.ofHours(1));
            assertThat(node.crawler.report().expiry()).isEqualTo("waits until all leases have been looked at once");
            node.round();
            assertThat(shares(1)).isEqualTo(1);
            node.round();
            assertThat(shares(1)).isZero();
        }
    }

    @Test
    void kindThatDoesNotExpireStays() throws IOException {
        withServer(server -> {
            put(server, index(1), 0, bytes(1, 100));
            overwrite(server, index(2), Set.of(0), bytes(2, 100));
        });
        try (var node = new Rounds(new LeaseExpiry(new NotSince(BEGIN.plusSeconds(100)), false, true))) {
            node.round();
            node.round();
            assertThat(shares(1)).isEqualTo(1);
            assertThat(shares(2)).isZero();
        }
    }

    @Test
    void crawlerThatCannotWriteDownHowFarItIsSaysSoAndTriesAgain() throws IOException {
        try (var node = new Rounds(LeaseExpiry.OFF)) {
            Path inTheWay = Files.createDirectories(folder.root().resolve("crawler.json/in the way"));
            node.crawler.start();
            await().until(() -> node.crawler.report().expiry(), startsWith("off: shares are kept for ever; the "));
            Files.delete(inTheWay);
            Files.delete(folder.root().resolve("crawler.json"));
            await().until(() -> node.crawler.report().expiry(), equalTo("off: shares are kept for ever"));
            node.crawler.close();
        }
        assertThat(folder.root().resolve("crawler.json")).isRegularFile();
    }

    private interface Use {
        void with(DiskStorageServer server) throws IOException;
    }

    private void withServer(Use use) throws IOException {
        try (var server = DiskStorageServer.open(folder.options(), clock, clock.nanos())) {
            use.with(server);
        }
    }

    private int shares(int number) throws IOException {
        return new ShareFolder(folder.root()).list(index(number)).size();
    }

    private int leases(int number) throws IOException {
        try (var file = ShareFile.open(new ShareFolder(folder.root()).share(index(number), 0))) {
            return file.leases().size();
        }
    }

    /// A crawler that makes its rounds when it is told to.
    private final class Rounds implements AutoCloseable {
        private final ShareFolder shares = new ShareFolder(folder.root());
        private final Journal journal = Journal.open(shares.journal(), shares.root());
        private final ExpiryGuard guard;
        private final ShareCrawler crawler;

        Rounds(LeaseExpiry expiry) throws IOException {
            CrawlerState state =
                    CrawlerState.load(shares.crawlerState(), clock.instant().getEpochSecond());
            this.guard = ExpiryGuard.of(state, clock, clock.nanos());
            var visitor = new ShareVisitor(shares, new IndexLocks(), journal, expiry, guard, NODE, clock);
            var counts = new ShareCounts(state.counts(), false);
            this.crawler = new ShareCrawler(shares, visitor, counts, guard, state, clock, Duration.ofMillis(10));
        }

        /// Time goes by, a day at a time: a longer sleep is an absence.
        void days(int days) {
            for (int day = 0; day < days; day++) {
                clock.advance(Duration.ofDays(1));
                guard.look();
            }
        }

        void round() throws IOException {
            crawler.round();
        }

        void renew(StorageIndex index) throws IOException {
            renew(index, LEASE);
        }

        void renew(StorageIndex index, LeaseSecrets secrets) throws IOException {
            for (Path path : shares.list(index).values()) {
                try (var file = ShareFile.open(path)) {
                    var change = new FileChange.Write(path, false, file.renewal(secrets, clock.instant()));
                    journal.commit(List.of(change));
                }
            }
            guard.renewed(clock.instant());
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }
}
