package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every node is at its reserve.
@Tag("processes")
class FullNodesTest {
    private static final int STORAGE_NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static void setReserve(Path node, String reserve) throws Exception {
        Path configuration = node.resolve("tahoe.cfg");
        String text = Files.readString(configuration).replaceAll("(?m)^reserved_space.*\n", "");
        Files.writeString(configuration, text.replace("[storage]\n", "[storage]\nreserved_space = " + reserve + "\n"));
    }

    private void restartNodes(ProcessGrid grid, String reserve) throws Exception {
        for (int i = 1; i <= STORAGE_NODES; i++) {
            String name = "storage" + i;
            grid.kill(name);
            setReserve(folder.resolve(name), reserve);
            grid.start(name);
            grid.node(name).awaitReady();
        }
    }

    private static void run(Clients clients, String mode) throws Exception {
        var run = clients.run(
                Clients.python("python"),
                Clients.suite("full_nodes_suite.py").toString(),
                mode,
                clients.port(),
                clients.user(),
                clients.password());
        assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
        System.out.print(run.said());
    }

    @Test
    void takeNothingNewButGiveAndForget() throws Exception {
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 1, 2);
                var http = HttpClient.newHttpClient()) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var clients = new Clients(folder, grid.sftpPort());
            run(clients, "before");
            restartNodes(grid, "1000T");
            grid.awaitStatus(
                    "three nodes are full", PATIENCE, status -> status.contains("writes stop: 3 nodes are full"));
            run(clients, "full");
            assertThat(grid.node(ProcessGrid.GATEWAY).get(http, "/status.json"))
                    .contains("1 file could not be stored and waits on this gateway")
                    .contains("\"state\":\"refused\"");
            restartNodes(grid, "0");
            grid.awaitStatus("nothing waits", PATIENCE, status -> status.contains("\"staged\":[]"));
        }
    }
}
