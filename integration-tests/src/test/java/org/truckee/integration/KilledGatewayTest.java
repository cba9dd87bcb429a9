package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ProcessGrid.GATEWAY;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that is killed while people write: what was answered is there when it is back.
///
/// `-Dtruckee.gateway.kills` says how often, `-Dtruckee.seed` from which seed.
@Tag("processes")
class KilledGatewayTest {
    private static final int STORAGE_NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static List<String> suite(String mode, Clients clients, long seed, Path journal) {
        return List.of(
                Clients.python("python"),
                Clients.suite("killed_gateway_suite.py").toString(),
                mode,
                clients.port(),
                clients.user(),
                clients.password(),
                Long.toString(seed),
                journal.toString());
    }

    @Test
    void whatWasAnsweredIsThereAndNothingHalf() throws Exception {
        int kills = Integer.getInteger("truckee.gateway.kills", 5);
        long first = Long.getLong("truckee.seed", 1);
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 1, 2)) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var clients = new Clients(folder, grid.sftpPort());
            for (long seed = first; seed < first + kills; seed++) {
                Path journal = folder.resolve("journal-" + seed);
                killWhileItWorks(grid, suite("work", clients, seed, journal), new Random(seed));
                grid.start(GATEWAY);
                grid.node(GATEWAY).awaitReady();
                grid.awaitConnected(STORAGE_NODES, PATIENCE);
                grid.awaitStatus("all that was closed is stored", PATIENCE, KilledGatewayTest::nothingIsClosing);
                var check = clients.run(suite("check", clients, seed, journal).toArray(String[]::new));
                assertThat(check.exitCode())
                        .as("seed " + seed + ": " + check.said())
                        .isEqualTo(0);
                System.out.println("kill " + seed + ": " + check.said().strip());
            }
        }
    }

    private void killWhileItWorks(ProcessGrid grid, List<String> work, Random random) throws Exception {
        Process worker = new ProcessBuilder(work)
                .redirectError(folder.resolve("worker.txt").toFile())
                .start();
        try (var said = worker.inputReader()) {
            assertThat(said.readLine()).isEqualTo("working");
            Thread.sleep(500 + random.nextInt(2000)); // at a moment that nobody chose
            grid.kill(GATEWAY);
            assertThat(said.readLine())
                    .as(Files.readString(folder.resolve("worker.txt")))
                    .startsWith("lost: ");
        } finally {
            worker.destroyForcibly();
        }
    }

    private static boolean nothingIsClosing(String status) {
        return !status.contains("\"state\":\"closing\"") && !status.contains("\"state\":\"refused\"");
    }
}
