package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections that end before what was written was closed.
@Tag("processes")
class LostConnectionTest {
    /// A question goes out every 15 s, and may stay unanswered for 45.
    private static final Duration SILENCE = Duration.ofSeconds(75);

    @TempDir
    Path folder;

    private GridProcess grid;
    private Clients clients;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        grid = GridProcess.start(folder, GridProcess.freePortOffset());
        clients = new Clients(folder, grid.sftpPort());
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
        http.close();
    }

    /// A client that has written a file and goes on having it open.
    private static final class Writer extends ChildProcess {
        private Writer(Process process) {
            super(process);
        }
    }

    private Writer write(String name) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Clients.python("python"),
                        Clients.suite("lost_connection_suite.py").toString(),
                        clients.port(),
                        clients.user(),
                        clients.password(),
                        name))
                .redirectError(folder.resolve(name + ".txt").toFile())
                .start();
        assertThat(process.inputReader().readLine())
                .as(Files.readString(folder.resolve(name + ".txt")))
                .isEqualTo("written");
        return new Writer(process);
    }

    private String status() throws IOException, InterruptedException {
        var page = URI.create("http://127.0.0.1:" + grid.webPort() + "/status.json");
        return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }

    private Duration awaitIncomplete(int files, Duration patience) {
        long began = System.nanoTime();
        await("what was not closed is kept")
                .atMost(patience)
                .until(() -> status().split("\"state\":\"incomplete\"", -1).length - 1 == files);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void whatWasNotClosedIsKeptAndNotStored() throws Exception {
        try (Writer killed = write("killed");
                Writer frozen = write("frozen")) {
            killed.kill();
            System.out.println("connection cut: kept after "
                    + awaitIncomplete(1, Duration.ofSeconds(10)).toMillis() + " ms");
            frozen.freeze();
            System.out.println("client silent: its session ended after "
                    + awaitIncomplete(2, SILENCE).toSeconds() + " s");
        }
        String listing = new OpenSshSftp(folder, grid.sftpPort()).run("ls -l");
        assertThat(listing).doesNotContain("killed", "frozen");
        assertThat(ServiceProcess.truckee(List.of(
                        "staged",
                        "list",
                        folder.resolve("grid").resolve("gateway").toString())))
                .contains("killed", "frozen");
    }

    @Test
    void cutInTheMiddleOfAWriteIsToldToTheWriter() throws Exception {
        Clients.program("sshfs");
        var run = clients.run(
                "bash",
                Clients.suite("sshfs_cut_suite.sh").toString(),
                clients.port(),
                clients.user(),
                Files.createDirectories(folder.resolve("cut")).toString());
        assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
    }
}
