package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup program that keeps its repository on a grid of five storage nodes.
@Tag("processes")
class BackupProgramTest {
    @TempDir
    Path folder;

    @Test
    void restic() throws Exception {
        Clients.program("restic");
        GridProcess grid = GridProcess.start(folder, GridProcess.freePortOffset());
        try {
            var clients = new Clients(folder, grid.sftpPort());
            Path work = Files.createDirectories(folder.resolve("work"));
            Clients.Run run = clients.run(
                    "bash",
                    Clients.suite("backup_suite.sh").toString(),
                    clients.port(),
                    clients.user(),
                    work.toString());
            assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
        } finally {
            assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
        }
    }
}
