package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.cli.TruckeeMain;

/// A grid of processes that loses a node, as its operator sees it.
@Tag("processes")
@Timeout(180)
class SelfHealingTest {
    private static final int FILES = 12;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsOpenSsh() {
        assumeTrue(OpenSshSftp.isInstalled() || System.getenv("CI") != null, "OpenSSH's sftp is not installed");
    }

    private static JsonNode status(GridProcess grid) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + grid.webPort() + "/status.json");
        try (var http = HttpClient.newHttpClient()) {
            return new JsonMapper()
                    .readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                            .body());
        }
    }

    /// What the gateway says once the caretaker got there.
    private static JsonNode await(GridProcess grid, Predicate<JsonNode> reached) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> status(grid), reached);
    }

    private static boolean isAll(JsonNode status, String state) {
        return status.path("files").path(state).asInt() == FILES + 2
                && status.path("files").path("walking").isMissingNode();
    }

    /// A `truckee` command in a process of its own: what it prints.
    private static List<String> truckee(int exitCode, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                TruckeeMain.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor()).as("%s", lines).isEqualTo(exitCode);
        return lines;
    }

    private void store(GridProcess grid) throws IOException, InterruptedException {
        var random = new Random(1);
        Path small = Files.createDirectory(folder.resolve("files"));
        for (int i = 0; i < FILES; i++) {
            var few = new byte[100 + i * 1000];
            random.nextBytes(few);
            Files.write(small.resolve("file" + i), few);
        }
        new OpenSshSftp(folder, grid.sftpPort()).run("put -r files");
    }

    private static void delete(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void nodeThatStartsEmptyIsFilledByItself() throws Exception {
        int portOffset = GridProcess.freePortOffset();
        String gateway = folder.resolve("grid/gateway").toString();
        try (var grid = GridProcess.start(folder, portOffset)) {
            store(grid);
            JsonNode before = await(grid, status -> isAll(status, "full"));
            assertThat(before.path("mayFail").path("read").asInt()).isEqualTo(3);
            assertThat(before.path("leases").path("firstExpiry").asText()).isNotEmpty();
            grid.kill();
        }
        Path configuration = folder.resolve("grid/gateway/tahoe.cfg");
        Files.writeString(
                configuration, Files.readString(configuration).replace("[client]", "[client]\nrepair.grace = 0"));
        delete(folder.resolve("grid/storage3"));
        try (var grid = GridProcess.start(folder, portOffset)) {
            assertThat(truckee(0, "deep-check", gateway).getLast()).contains((FILES + 2) + " files and directories");
            JsonNode healed = await(
                    grid,
                    status -> isAll(status, "full") && status.path("leases").size() == 2);
            assertThat(healed.path("files").path("reduced").asInt()).isZero();
            String leaving =
                    truckee(0, "check", gateway, "/files/file3", "--json").getFirst();
            String server = new JsonMapper()
                    .readTree(leaving)
                    .path("results")
                    .path("servers-responding")
                    .path(0)
                    .asText();
            assertThat(truckee(1, "deep-check", gateway, "--without", server)).hasSizeGreaterThan(FILES);
            assertThat(truckee(0, "deep-check", gateway, "--repair", "--without", server)
                            .getLast())
                    .isEqualTo("nothing depends on " + server + " any more");
            assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
        }
    }
}
