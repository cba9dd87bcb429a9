package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs that people use, each doing what it does, on a grid of five storage nodes.
class SftpClientsTest {
    @TempDir
    static Path folder;

    private static GridProcess grid;
    private static Clients clients;

    @BeforeAll
    static void start() throws IOException {
        grid = GridProcess.start(folder, GridProcess.freePortOffset());
        clients = new Clients(folder, grid.sftpPort());
    }

    @AfterAll
    static void nothingSecretIsInTheLog() throws Exception {
        grid.stop(Duration.ofSeconds(10));
        String log = Files.readString(folder.resolve("log"));
        assertThat(log).doesNotContain("URI:").doesNotContain("passw0rd").doesNotContain("pb://");
        assertThat(log.lines().filter(line -> line.contains(" ERROR "))).isEmpty();
    }

    private static void expectSuccess(Clients.Run run) {
        assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
    }

    private static Path tree(String name, long seed) throws IOException {
        var random = new Random(seed);
        Path tree = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(tree.resolve("deep/er"));
        for (int i = 0; i < 20; i++) {
            var bytes = new byte[random.nextInt(50_000)];
            random.nextBytes(bytes);
            Files.write(tree.resolve((i % 2 == 0 ? "" : "deep/er/") + "file " + i), bytes);
        }
        Files.writeString(tree.resolve("deep/größe"), "x");
        return tree;
    }

    private static void expectEqual(Path one, Path other) throws Exception {
        expectSuccess(clients.run("diff", "-r", one.toString(), other.toString()));
    }

    @Test
    void openSshSftp() throws Exception {
        Clients.program("sftp");
        Path tree = tree("sftp-tree", 1);
        Files.setLastModifiedTime(tree.resolve("file 0"), FileTime.fromMillis(1_000_000_000_000L));
        var sftp = new OpenSshSftp(folder, grid.sftpPort());
        String said = sftp.run(
                "mkdir sftp",
                "put -pR sftp-tree sftp/tree",
                "get -pR sftp/tree sftp-back",
                "ln sftp/tree/deep/größe sftp/hard",
                "chmod 600 sftp/hard",
                "ls -l sftp",
                "ln -s sftp/hard sftp/soft",
                "rename sftp/hard sftp/harder",
                "rm sftp/harder",
                "df sftp",
                "ls -1 sftp");
        expectEqual(tree, folder.resolve("sftp-back"));
        assertThat(Files.getLastModifiedTime(folder.resolve("sftp-back/file 0")).toMillis())
                .isEqualTo(1_000_000_000_000L);
        assertThat(said)
                .contains("drwxr-xr-x 1 tahoe tahoe")
                .contains("-rw------- 1 tahoe tahoe            1 ")
                .contains("Operation unsupported")
                .contains("%Capacity");
        assertThat(said.lines().toList()).endsWith("sftp/tree");
    }

    @Test
    void scp() throws Exception {
        Path tree = tree("scp-tree", 2);
        var large = new byte[20_000_000]; // its reads overlap, and old versions count on their order
        new Random(3).nextBytes(large);
        Files.write(tree.resolve("large"), large);
        List<String> command = new ArrayList<>(List.of(Clients.program("scp"), "-r", "-P", clients.port()));
        command.addAll(Clients.sshOptions());
        var up = new ArrayList<>(command);
        up.addAll(List.of(tree.toString(), clients.user() + "@127.0.0.1:/scp"));
        expectSuccess(clients.run(Map.of(), up));
        var down = new ArrayList<>(command);
        down.addAll(List.of(
                clients.user() + "@127.0.0.1:/scp", folder.resolve("scp-back").toString()));
        expectSuccess(clients.run(Map.of(), down));
        expectEqual(tree, folder.resolve("scp-back"));
    }

    @Test
    void sshfs() throws Exception {
        Clients.program("sshfs");
        Path work = Files.createDirectories(folder.resolve("sshfs-work"));
        expectSuccess(clients.run(
                "bash", Clients.suite("sshfs_suite.sh").toString(), clients.port(), clients.user(), work.toString()));
    }

    @Test
    void rclone() throws Exception {
        String rclone = Clients.program("rclone");
        Path tree = tree("rclone-tree", 3);
        String obscured =
                clients.run(rclone, "obscure", clients.password()).said().strip();
        Path configuration = folder.resolve("rclone.conf");
        Files.writeString(
                configuration,
                "[grid]\ntype = sftp\nhost = 127.0.0.1\nport = %s\nuser = %s\npass = %s\n"
                        .formatted(clients.port(), clients.user(), obscured));
        List<String> sync =
                List.of(rclone, "--config", configuration.toString(), "sync", "-v", tree.toString(), "grid:rclone");
        String downloaded = downloaded();
        var first = clients.run(Map.of(), sync);
        expectSuccess(first);
        var check = clients.run(
                rclone, "--config", configuration.toString(), "check", "-v", tree.toString(), "grid:rclone");
        expectSuccess(check);
        assertThat(check.said()).contains("Using md5 for hash comparisons").contains("0 differences found");
        var second = clients.run(Map.of(), sync);
        assertThat(second.said()).contains("There was nothing to transfer");
        assertThat(downloaded()).as("bytes read from the grid").isEqualTo(downloaded);
        expectSuccess(clients.run(
                rclone,
                "--config",
                configuration.toString(),
                "copy",
                "grid:rclone",
                folder.resolve("rclone-back").toString()));
        expectEqual(tree, folder.resolve("rclone-back"));
        expectSuccess(clients.run(rclone, "--config", configuration.toString(), "about", "grid:"));
        expectSuccess(clients.run(rclone, "--config", configuration.toString(), "purge", "grid:rclone"));
    }

    private static String downloaded() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var metrics = URI.create("http://127.0.0.1:" + grid.webPort() + "/metrics");
            return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("truckee_download_bytes_total "))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void lftp() throws Exception {
        String lftp = Clients.program("lftp");
        Path tree = tree("lftp-tree", 4);
        String connect = "set sftp:auto-confirm yes; set net:max-retries 1; set sftp:connect-program 'ssh -a -x "
                + String.join(" ", Clients.sshOptions()) + "'; open -u " + clients.user() + "," + clients.password()
                + " -p " + clients.port() + " sftp://127.0.0.1; ";
        expectSuccess(clients.run(
                lftp,
                "-c",
                connect + "mirror -R " + tree + " lftp; mirror lftp " + folder.resolve("lftp-back")
                        + "; mv lftp/deep lftp/depth; rm -r lftp"));
        expectEqual(tree, folder.resolve("lftp-back"));
    }

    private static void python(String suite) throws Exception {
        expectSuccess(clients.run(
                Clients.python("python"),
                Clients.suite(suite).toString(),
                clients.port(),
                clients.user(),
                clients.password()));
    }

    @Test
    void paramiko() throws Exception {
        python("paramiko_suite.py");
    }

    @Test
    void asyncssh() throws Exception {
        python("asyncssh_suite.py");
    }

    @Test
    void sshAuditFindsNothingToFail() throws Exception {
        var audit = clients.run(Clients.python("ssh-audit"), "-n", "-p", clients.port(), "127.0.0.1");
        assertThat(audit.said()).contains("(kex)").contains("sntrup761x25519").doesNotContain("[fail]");
    }
}
