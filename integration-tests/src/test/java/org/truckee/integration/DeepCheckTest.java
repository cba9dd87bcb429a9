package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.truckee.integration.ProcessGrid.GATEWAY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `truckee deep-check` beside a gateway that people use: by the gateway, and by a process of its own on a second
/// gateway's directory, with the same tree.
@Tag("processes")
@Timeout(300)
class DeepCheckTest {
    private static final int STORAGE_NODES = 4;
    private static final int FILES = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path files(String name, int seed) throws IOException {
        var random = new Random(seed);
        Path files = Files.createDirectory(folder.resolve(name));
        for (int file = 0; file < FILES; file++) {
            var bytes = new byte[100 + random.nextInt(200_000)];
            random.nextBytes(bytes);
            Files.write(files.resolve("file" + file), bytes);
        }
        return files;
    }

    private String gateway() {
        return folder.resolve(GATEWAY).toString();
    }

    /// The directory of a gateway with the same tree that does not run.
    private String second() throws IOException, InterruptedException {
        Path file = folder.resolve("recovery.json");
        Files.writeString(file, ServiceProcess.truckee(List.of("recovery", gateway())));
        return ServiceProcess.create(folder.resolve("second"), "create-gateway", "--recovery=" + file)
                .toString();
    }

    /// What the last line says of all.
    private static JsonNode deepCheck(String gateway, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("deep-check", gateway, "--json", "--verify"));
        arguments.addAll(List.of(options));
        List<String> said = ServiceProcess.truckee(arguments).lines().toList();
        return new JsonMapper().readTree(said.getLast()).path("stats");
    }

    private static void loseShares(Path storageNode) throws IOException {
        try (var shares = Files.walk(storageNode.resolve("storage/shares"))) {
            for (Path share : shares.filter(Files::isRegularFile).toList()) {
                Files.delete(share);
            }
        }
    }

    @Test
    void aRepairingWalkAndUploadsDoNotHarmEachOther() throws Exception {
        files("before", 1);
        files("during", 2);
        Files.writeString(folder.resolve("small"), "it lies in its directory");
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 2, 3)) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            sftp.run("put -r before", "put small");
            grid.kill("storage1");
            loseShares(folder.resolve("storage1"));
            grid.start("storage1");
            grid.node("storage1").awaitReady();
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            int walks = walkWhile("put -r during", sftp, second());
            System.out.println(walks + " walks while files were uploaded");
            expectWhole(sftp);
        }
    }

    private int walkWhile(String command, OpenSshSftp sftp, String second) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> uploading = threads.submit((Callable<String>) () -> sftp.run(command));
            int walks = 0;
            while (!uploading.isDone() || walks < 2) {
                String gateway = walks % 2 == 0 ? second : gateway();
                JsonNode stats = deepCheck(gateway, "--repair", "--add-lease");
                assertThat(stats.path("count-unreadable").asInt(-1))
                        .as("%s", stats)
                        .isZero();
                assertThat(stats.path("count-corrupt-shares").asInt(-1))
                        .as("%s", stats)
                        .isZero();
                assertThat(stats.path("count-literal-files").asInt()).isEqualTo(1);
                walks++;
            }
            uploading.get();
            return walks;
        }
    }

    private void expectWhole(OpenSshSftp sftp) throws Exception {
        JsonNode stats = deepCheck(gateway());
        assertThat(stats.path("count-full").asInt()).as("%s", stats).isEqualTo(2 * FILES + 3);
        assertThat(stats.path("count-immutable-files").asInt()).isEqualTo(2 * FILES);
        Path back = Files.createDirectory(folder.resolve("back"));
        String said = sftp.run("lcd back", "get -r before", "get -r during", "get small");
        for (String name : List.of("before", "during")) {
            for (int file = 0; file < FILES; file++) {
                assertThat(back.resolve(name).resolve("file" + file))
                        .as(said)
                        .hasSameBinaryContentAs(folder.resolve(name).resolve("file" + file));
            }
        }
    }

    @Test
    void whatCannotBeReadIsToldByTheExitCode() throws Exception {
        Files.write(folder.resolve("file"), new byte[1000]);
        try (var grid = ProcessGrid.start(folder, STORAGE_NODES, 2, 3)) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            new OpenSshSftp(folder, grid.sftpPort()).run("put file");
            grid.kill("storage1");
            grid.kill("storage2");
            grid.awaitStatus("they are missed", PATIENCE, status -> status.contains("2 of 3 servers connected"));
            ServiceProcess.truckee(List.of("check", gateway(), "/file"));
            ServiceProcess.truckee(List.of("deep-check", gateway()));
            grid.kill("storage3");
            assertThatThrownBy(() -> ServiceProcess.truckee(List.of("check", gateway(), "/file")))
                    .hasMessageContaining("truckee: it cannot be read from the nodes that are connected");
            assertThatThrownBy(() -> ServiceProcess.truckee(List.of("deep-check", gateway())))
                    .hasMessageContaining("truckee: 1 file cannot be read from the nodes that are connected");
        }
    }
}
