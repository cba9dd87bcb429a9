package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.truckee.integration.ProcessGrid.GATEWAY;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A household's line, 1 Mbit/s up, 300 ms there and back, with a deep queue before it, to five storage nodes. The
/// shares of 2 MB fill it for a minute.
@Tag("processes")
class SlowUplinkTest {
    private static final int STORAGE_NODES = 5;
    private static final int TOTAL = 10;
    private static final int BYTES = 2_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration QUEUE = Duration.ofSeconds(4);

    private final SlowLine.Uplink uplink = new SlowLine.Uplink(Duration.ofMillis(150), 1_000_000, QUEUE);

    @TempDir
    Path folder;

    private static Optional<ShownUpload> large(String status) {
        return ShownUpload.of(BYTES, status).stream().findFirst();
    }

    @Test
    void uploadThatFillsTheLineLosesNoNodeAndLetsASmallChangeThrough() throws Exception {
        RandomFile.make(folder.resolve("large"), BYTES);
        RandomFile.make(folder.resolve("small"), 1000);
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 3, STORAGE_NODES, TOTAL, Optional.of(uplink));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            Future<String> put = threads.submit((Callable<String>) () -> sftp.run("put large"));
            await("the queue is full")
                    .atMost(PATIENCE)
                    .until(() -> uplink.queued().compareTo(QUEUE) > 0);
            long began = System.nanoTime();
            String said = sftp.run("put small", "mkdir folder", "ls -1");
            System.out.printf("a small file and a folder: %.1f s%n", (System.nanoTime() - began) / 1e9);
            assertThat(said).contains("\nsmall", "\nfolder");
            String meanwhile = grid.awaitStatus(GATEWAY, "the page answers", PATIENCE, _ -> true);
            assertThat(large(meanwhile).orElseThrow().isRunning()).isTrue();
            said = put.get();
            ShownUpload stored = large(grid.awaitStatus(
                            GATEWAY,
                            "all shares are stored",
                            PATIENCE,
                            status ->
                                    large(status).orElseThrow().shares("stored").size() == TOTAL))
                    .orElseThrow();
            assertThat(stored.placement()).as(said).hasSize(TOTAL);
            assertThat(grid.node(GATEWAY).said()).doesNotContain("lost on its way", "is not used");
        }
    }
}
