package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ProcessGrid.GATEWAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads in the middle of which the gateway is killed, or every storage node is restarted.
///
/// `-Dtruckee.large.bytes` says how large a large file is.
@Tag("processes")
class InterruptedUploadsTest {
    private static final int STORAGE_NODES = 5;
    private static final int TOTAL = 10;

    /// So that uploads go on while a node is away.
    private static final int HAPPY = STORAGE_NODES - 1;

    /// Nodes hide the shares of an upload that was not finished for half an hour.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ProcessGrid grid;
    private static OpenSshSftp sftp;

    @BeforeAll
    static void start() throws Exception {
        grid = ProcessGrid.start(folder, STORAGE_NODES, 3, HAPPY, TOTAL, Optional.empty());
        grid.awaitConnected(STORAGE_NODES, PATIENCE);
        sftp = new OpenSshSftp(folder, grid.sftpPort());
    }

    @AfterAll
    static void stop() throws IOException {
        grid.close();
    }

    private static void limitUploads(long bytesPerSecond) throws Exception {
        grid.limitUploads(bytesPerSecond);
        grid.node(GATEWAY).awaitReady();
        grid.awaitConnected(STORAGE_NODES, PATIENCE);
    }

    private static Future<String> put(ExecutorService threads, Path file) {
        return threads.submit((Callable<String>) () -> sftp.run("put " + file.getFileName()));
    }

    private static ShownUpload await(String what, long size, Predicate<ShownUpload> expected) {
        String status = grid.awaitStatus(
                GATEWAY,
                what,
                PATIENCE,
                shown -> ShownUpload.of(size, shown).stream().anyMatch(expected));
        return ShownUpload.of(size, status).getFirst();
    }

    /// Shares that nodes have made room for and that are not complete.
    private static long unfinished() throws IOException {
        long shares = 0;
        for (int number = 1; number <= STORAGE_NODES; number++) {
            Path incoming = folder.resolve("storage" + number).resolve("storage/shares/incoming");
            try (Stream<Path> files = Files.walk(incoming)) {
                shares += files.filter(Files::isRegularFile).count();
            }
        }
        return shares;
    }

    private static void expectStored(Path file, String said) throws Exception {
        await(
                "all shares are stored",
                Files.size(file),
                upload -> upload.shares("stored").size() == TOTAL);
        assertThat(unfinished()).isZero();
        Path back = folder.resolve("back");
        said += sftp.run("get " + file.getFileName() + " " + back);
        assertThat(back).as(said).hasSameBinaryContentAs(file);
    }

    @Test
    void sameFileIsStoredAtOnceWhenTheGatewayWasKilledWhileItWasSent() throws Exception {
        long bytes = 10_000_000;
        Path file = RandomFile.make(folder.resolve("twice"), bytes);
        limitUploads(5_000_000);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = put(threads, file);
            await("it is sent", bytes, upload -> upload.bytes() > bytes / 4);
            grid.kill(GATEWAY);
            first.get();
        }
        assertThat(unfinished()).as("shares that hide from others").isEqualTo(TOTAL);
        grid.start(GATEWAY);
        grid.node(GATEWAY).awaitReady();
        grid.awaitConnected(STORAGE_NODES, PATIENCE);
        long began = System.nanoTime();
        expectStored(file, sftp.run("put twice"));
        System.out.printf("the same file again: stored after %.1f s%n", (System.nanoTime() - began) / 1e9);
        assertThat(grid.node(GATEWAY).said()).doesNotContain("random key");
    }

    @Test
    void allSharesAreStoredWhenEveryNodeIsRestartedMeanwhile() throws Exception {
        long bytes = Long.getLong("truckee.large.bytes", 100_000_000);
        Path file = RandomFile.make(folder.resolve("large"), bytes);
        limitUploads(bytes / 8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> put = put(threads, file);
            for (int number = 1; number <= STORAGE_NODES; number++) {
                await("it is sent", bytes, ShownUpload::isRunning);
                restart("storage" + number);
            }
            ShownUpload upload = await("it is sent", bytes, ShownUpload::isRunning);
            System.out.printf(
                    "all nodes restarted when %d of %d bytes were coded: %s%n",
                    upload.bytes(), bytes, upload.placement());
            expectStored(file, put.get());
        }
    }

    private static void restart(String name) throws Exception {
        assertThat(grid.node(name).stop(PATIENCE)).isTrue();
        grid.start(name);
        grid.node(name).awaitReady();
        grid.awaitConnected(STORAGE_NODES, PATIENCE);
    }
}
