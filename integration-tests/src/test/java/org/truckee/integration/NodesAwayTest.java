package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People who put and get files while storage nodes come and go.
///
/// `-Dtruckee.large.bytes` says how large the large file is.
@Tag("processes")
class NodesAwayTest {
    private static final int STORAGE_NODES = 5;
    private static final int NEEDED = 2;
    private static final int HAPPY = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /// Kills one node after the other, each when the one before is back, until it is told to stop.
    private static Thread killNodes(ProcessGrid grid, AtomicBoolean over, AtomicInteger kills) {
        return Thread.ofPlatform().start(() -> {
            try {
                while (!over.get()) {
                    String name = "storage" + (1 + kills.getAndIncrement() % STORAGE_NODES);
                    grid.kill(name);
                    grid.start(name);
                    grid.node(name).awaitReady();
                    grid.awaitConnected(STORAGE_NODES, PATIENCE);
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void largeFileIsPutAndGotWholeWhileOneNodeAfterTheOtherIsKilled() throws Exception {
        long bytes = Long.getLong("truckee.large.bytes", 200_000_000);
        Path file = RandomFile.make(folder.resolve("large"), bytes);
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, NEEDED, HAPPY)) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            var over = new AtomicBoolean();
            var kills = new AtomicInteger();
            Thread killer = killNodes(grid, over, kills);
            String put = sftp.run("put large");
            int whilePut = kills.get();
            String got = sftp.run("get large back");
            over.set(true);
            killer.join();
            System.out.println(bytes / 1_000_000 + " MB put and got: " + whilePut + " kills during put, "
                    + (kills.get() - whilePut) + " during get");
            assertThat(whilePut).isPositive();
            assertThat(folder.resolve("back")).as(put + got).hasSameBinaryContentAs(file);
        }
    }

    private static void run(Clients clients, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Clients.python("python"),
                Clients.suite("nodes_away_suite.py").toString(),
                arguments[0],
                clients.port(),
                clients.user(),
                clients.password()));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        var run = clients.run(command.toArray(String[]::new));
        System.out.print(run.said());
        assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
    }

    @Test
    void whatTooFewNodesCannotDoIsRefusedInTime() throws Exception {
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, NEEDED, HAPPY)) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var clients = new Clients(folder, grid.sftpPort());
            run(clients, "before");
            for (int number = 1; number <= STORAGE_NODES - NEEDED; number++) {
                grid.node("storage" + number).freeze();
            }
            run(clients, "away", "frozen, 2 of 5 left: 0", "put", "mkdir", "mv");
            for (int number = 1; number <= STORAGE_NODES - NEEDED; number++) {
                grid.kill("storage" + number);
            }
            run(clients, "away", "killed, 2 of 5 left: 1", "put", "mkdir", "mv");
            grid.kill("storage4");
            run(clients, "away", "killed, 1 of 5 left: 2", "put", "mkdir", "mv", "get");
        }
    }
}
