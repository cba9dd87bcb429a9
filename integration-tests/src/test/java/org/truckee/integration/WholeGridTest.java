package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.cli.TruckeeMain;

/// The main job, from end to end, as a user does it.
class WholeGridTest {
    private static final int BIG = 20_000_000;
    private static final int SMALL_FILES = 50;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsOpenSsh() {
        assumeTrue(OpenSshSftp.isInstalled() || System.getenv("CI") != null, "OpenSSH's sftp is not installed");
    }

    private void makeFiles() throws IOException {
        var random = new Random(1);
        var bytes = new byte[BIG];
        random.nextBytes(bytes);
        Files.write(folder.resolve("big"), bytes);
        Path small = Files.createDirectory(folder.resolve("small"));
        for (int i = 0; i < SMALL_FILES; i++) {
            var few = new byte[i * 100];
            random.nextBytes(few);
            Files.write(small.resolve("file " + i), few);
        }
    }

    private void expectAllFiles(OpenSshSftp sftp, String back) throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve(back));
        String said = sftp.run("get big2 " + back + "/big", "get -r d/small " + back + "/small");
        assertThat(folder.resolve(back + "/big")).as(said).hasSameBinaryContentAs(folder.resolve("big"));
        try (Stream<Path> files = Files.list(folder.resolve("small"))) {
            for (Path file : files.toList()) {
                assertThat(folder.resolve(back + "/small").resolve(file.getFileName()))
                        .hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void filesSurviveAKillAndTheLossOfTwoStorageFolders() throws Exception {
        makeFiles();
        int portOffset = GridProcess.freePortOffset();
        try (var grid = GridProcess.start(folder, portOffset)) {
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            assertThat(sftp.run("put big", "mkdir d", "put -r small d", "rename big big2", "ls -l", "ls -1 d/small"))
                    .contains("-rw-r--r-- 1 tahoe tahoe     20000000")
                    .contains("drwxrwxrwx 1 tahoe tahoe")
                    .contains("d/small/file 49");
            expectAllFiles(sftp, "first");
            grid.kill();
        }
        try (var grid = GridProcess.start(folder, portOffset)) {
            expectAllFiles(new OpenSshSftp(folder, grid.sftpPort()), "after-kill");
            grid.kill();
        }
        Files.move(folder.resolve("grid/storage2"), folder.resolve("moved2"));
        Files.move(folder.resolve("grid/storage5"), folder.resolve("moved5"));
        try (var grid = GridProcess.start(folder, portOffset)) {
            expectAllFiles(new OpenSshSftp(folder, grid.sftpPort()), "without-two");
            assertThat(grid.stop(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void clientIsToldWhatCannotBeDone() throws Exception {
        try (var grid = GridProcess.start(folder, GridProcess.freePortOffset())) {
            Files.writeString(folder.resolve("f"), "x");
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            String said = sftp.run(
                    "get nothing",
                    "mkdir d",
                    "mkdir d",
                    "put f d/f",
                    "rmdir d",
                    "rm d/f",
                    "rmdir d",
                    "put f größe",
                    "ls");
            assertThat(said)
                    .contains("\"/nothing\" not found")
                    .contains("remote mkdir \"/d\": Failure")
                    .contains("remote rmdir \"/d\": Failure")
                    .contains("größe");
            assertThat(said.lines().toList().getLast()).doesNotContain("d ");
        }
    }

    @Test
    void statusPageTellsWhoIsConnected() throws Exception {
        try (var grid = GridProcess.start(folder, GridProcess.freePortOffset());
                var http = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + grid.webPort();
            var page = http.send(HttpRequest.newBuilder(URI.create(base)).build(), BodyHandlers.ofString(UTF_8));
            assertThat(page.body()).contains("storage1").contains("connected").doesNotContain("URI:");
            var ready = http.send(
                    HttpRequest.newBuilder(URI.create(base + "/readyz")).build(), BodyHandlers.ofString(UTF_8));
            assertThat(ready.statusCode()).isEqualTo(200);
        }
    }

    /// The product's own configuration of its log, but for the level. What MINA SSHD would say at that level shows
    /// packets; that it stays silent is part of the configuration.
    @Test
    void nothingSecretIsInALogOfTheFinestLevel() throws Exception {
        Path finest = folder.resolve("finest.xml");
        try (var shipped = TruckeeMain.class.getResourceAsStream("/logback.xml")) {
            String configuration = new String(shipped.readAllBytes(), UTF_8);
            Files.writeString(finest, configuration.replace("<root level=\"INFO\">", "<root level=\"TRACE\">"));
        }
        int portOffset = GridProcess.freePortOffset();
        try (var grid = GridProcess.start(folder, portOffset, "-Dlogback.configurationFile=" + finest)) {
            Files.writeString(folder.resolve("f"), "x".repeat(5000));
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            assertThat(sftp.run("put f", "mkdir d", "put f d/g", "get f back", "rename f h", "rm h", "ls -l"))
                    .contains("drwxrwxrwx 1 tahoe tahoe");
            assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
        }
        String log = Files.readString(folder.resolve("log"));
        assertThat(log).contains(" TRACE ").contains(" DEBUG ");
        assertThat(log).doesNotContain("URI:").doesNotContain("passw0rd").doesNotContain("pb://");
        var secrets = secrets(folder.resolve("grid"));
        assertThat(secrets).hasSizeGreaterThan(50);
        assertThat(secrets.stream().filter(log::contains)).isEmpty();
    }

    /// What stands in private files: capabilities and their parts, hashes of passwords, keys, swissnums.
    private static Set<String> secrets(Path grid) throws IOException {
        var secrets = new HashSet<String>();
        try (Stream<Path> files = Files.walk(grid)) {
            for (Path file : files.filter(WholeGridTest::isPrivate).toList()) {
                String text = Files.readString(file).replaceAll("(?s)-----BEGIN CERTIFICATE-----.*?-----END.*?\\n", "");
                // what comes before a swissnum is public
                for (String word : text.replaceAll("pb://[^/]*/", "").split("[\\s:#]+")) {
                    if (word.length() >= 20) {
                        secrets.add(word);
                    }
                }
            }
        }
        return secrets;
    }

    private static boolean isPrivate(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file)
                && file.getParent().endsWith("private")
                && !name.endsWith(".pub")
                && !name.endsWith(".yaml");
    }
}
