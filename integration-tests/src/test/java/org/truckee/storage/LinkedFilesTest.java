package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.check.Caretaker;
import org.truckee.client.check.Repairing;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Line;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.TubId;
import org.truckee.protocol.Resources;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.time.SteppingClock;
import org.truckee.storage.LeaseExpiry.Age;

/// A year of three nodes that let go what nobody has renewed for 60 days, and of a gateway that walks over its tree.
/// Time goes by four weeks at a time.
@Timeout(120)
class LinkedFilesTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final LeaseExpiry AFTER_60_DAYS = new LeaseExpiry(new Age(Duration.ofDays(60)), true, true);
    private static final Duration MONTH = Duration.ofDays(28);
    private static final int NODES = 3;

    /// The node whose clock somebody sets wrong.
    private static final int JUMPS = 2;

    @TempDir
    private Path folder;

    private final Resources resources = new Resources();
    private final SteppingClock clock = new SteppingClock(BEGIN);

    private final SteppingClock wrongClock = new SteppingClock(BEGIN);

    private final List<DiskStorageServer> nodes = new ArrayList<>();
    private final List<GridServer> servers = new ArrayList<>();
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private final Grid grid = resources.add(new Grid(
            () -> servers,
            new LeaseSecret(new byte[32]),
            new UploadPolicy(new Encoding(2, NODES), 2, new ConvergenceSecret(new byte[32])),
            NODES,
            resources.add(new KeyPool(2, new SecureRandom())),
            new SecureRandom(),
            clock));

    @BeforeEach
    void start() throws IOException {
        var line = resources.add(new Line());
        for (int number = 0; number < NODES; number++) {
            Path node = folder.resolve("node" + number);
            var id = new byte[TubId.BYTES];
            id[0] = (byte) number;
            var options = new StorageOptions(
                    node.resolve("storage"),
                    node.resolve("storage.marker"),
                    new TubId(id),
                    StorageLimits.NONE,
                    AFTER_60_DAYS);
            SteppingClock time = number == JUMPS ? wrongClock : clock;
            var server = resources.add(DiskStorageServer.open(options, time, time.nanos()));
            server.crawl(); // nothing ends before everything was looked at once
            nodes.add(server);
            servers.add(new GridServer(
                    new ServerId("node-" + number), "node " + number, new TubId(id), new byte[] {id[0]}, server, line));
        }
        root = grid.directories().create();
    }

    @AfterEach
    void stop() {
        resources.close();
    }

    private StorageIndex put(GridFiles files, String path) throws IOException {
        var contents = new byte[1000];
        new Random(path.hashCode()).nextBytes(contents);
        files.put(GridPath.parse(path), Plaintext.of(contents));
        return ((ChkReadCap) files.cap(GridPath.parse(path))).key().storageIndex();
    }

    private int shares(StorageIndex index, int node) throws IOException {
        return nodes.get(node).list(ShareKind.IMMUTABLE, index).size();
    }

    private void aMonth() {
        clock.advance(MONTH);
        wrongClock.advance(MONTH);
    }

    private Caretaker caretaker() throws IOException {
        return new Caretaker(
                grid.directories(),
                grid.checker(),
                new OneTree(root, servers, grid.immutableFiles().reduced()),
                new Caretaker.Options(Repairing.REPORT, Duration.ofDays(3), Duration.ZERO),
                folder.resolve("care.json"),
                clock);
    }

    private void crawl() throws IOException {
        for (var node : nodes) {
            node.crawl();
        }
    }

    @Test
    void linkedFileSurvivesAYearAndAnUnlinkedOneGoes() throws IOException {
        GridFiles files = grid.files(root);
        StorageIndex linked = put(files, "/linked");
        StorageIndex unlinked = put(files, "/unlinked");
        files.remove(GridPath.parse("/unlinked"));
        Caretaker caretaker = caretaker();
        for (int month = 1; month <= 13; month++) {
            aMonth();
            caretaker.tend();
            crawl();
            for (int node = 0; node < NODES; node++) {
                assertThat(shares(linked, node)).as("month %s", month).isEqualTo(1);
                assertThat(shares(unlinked, node)).as("month %s", month).isEqualTo(month <= 2 ? 1 : 0);
            }
        }
        try (var file = files.open(GridPath.parse("/linked"))) {
            assertThat(file.read(0, new byte[1000], 0, 1000)).isEqualTo(1000);
        }
        assertThat(caretaker.report().found().full()).isEqualTo(2);
    }

    @Test
    void nodeWhoseClockJumpedLetsNothingGo() throws IOException {
        StorageIndex linked = put(grid.files(root), "/linked");
        Caretaker caretaker = caretaker();
        caretaker.tend();
        crawl();
        wrongClock.jump(Duration.ofDays(400));
        nodes.get(JUMPS).crawl();
        assertThat(shares(linked, JUMPS)).isEqualTo(1);
        for (int month = 1; month <= 3; month++) {
            aMonth();
            caretaker.tend();
            crawl();
            assertThat(shares(linked, JUMPS)).as("month %s", month).isEqualTo(1);
        }
    }
}
