package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ProcessGrid.GATEWAY;
import static org.truckee.integration.ProcessGrid.INTRODUCER;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Seven processes, killed in every way.
@Tag("processes")
class KilledNodesTest {
    private static final int STORAGE_NODES = 5;

    /// Of the last ready line.
    private static final Duration BACK_WITHIN = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final List<String> took = new ArrayList<>();

    private void awaitGrid(ProcessGrid grid, String after) throws Exception {
        Duration back = grid.awaitConnected(STORAGE_NODES, BACK_WITHIN);
        took.add(after + ": " + back.toMillis() + " ms");
    }

    @Test
    void theGridComesBackByItselfWhateverWasKilled() throws Exception {
        Path file = folder.resolve("file");
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 2, 3)) {
            awaitGrid(grid, "first start");
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            sftp.run("put file");
            for (String name : grid.names()) {
                grid.kill(name);
                grid.start(name);
                grid.node(name).awaitReady();
                awaitGrid(grid, name);
            }
            grid.kill(INTRODUCER);
            for (String name : grid.names()) {
                if (!name.equals(INTRODUCER)) {
                    grid.kill(name);
                    grid.start(name);
                    grid.node(name).awaitReady();
                    awaitGrid(grid, name + " without introducer");
                }
            }
            for (String name : grid.names()) {
                grid.kill(name);
            }
            for (String name : grid.names()) {
                grid.start(name);
            }
            for (String name : grid.names()) {
                grid.node(name).awaitReady();
            }
            awaitGrid(grid, "all at once");
            String said = sftp.run("get file back");
            assertThat(folder.resolve("back")).as(said).hasSameBinaryContentAs(file);
            assertThat(grid.node(GATEWAY).stop(Duration.ofSeconds(5))).isTrue();
        }
        System.out.println("back after a kill of " + took);
    }
}
