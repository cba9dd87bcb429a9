package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Node directories that an earlier version made and was killed on, in the middle of an upload, are started by this
/// one.
///
/// Those of `grid-0.1.0.zip` hold `short` ("Truckee\n"), `below/thousand` (1000 bytes of `new Random(13)`) and
/// `large` (20,000 of it). Made by `truckee up --dir grid`, `put`, and SIGKILL while another file was on its way to
/// the storage nodes. `grid-0.1.0-staged.zip` has a helper too; in its gateway's staging lie `below/closed` (60,000
/// of it), which was answered (`close = staged`) and of which nothing was stored, and `open`, which was never closed.
class OlderGridTest {
    /// A port, after what stands before it in a `tahoe.cfg`; the digits of a key never stand there.
    private static final Pattern PORT = Pattern.compile("(?<=tcp:|127\\.0\\.0\\.1:)[0-9]{4,5}");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// What is known of `below/closed` until it is stored.
    private static final String STAGED = "grid/gateway/staging/cd7padmn3wg77pm5.record";

    @TempDir
    Path folder;

    @BeforeAll
    static void needsOpenSsh() {
        assumeTrue(OpenSshSftp.isInstalled() || System.getenv("CI") != null, "OpenSSH's sftp is not installed");
    }

    @Test
    void aGridOfVersion010GivesItsFilesBackAndTakesNewOnes() throws Exception {
        int offset = GridProcess.freePortOffset();
        unpack("/grid-0.1.0.zip", folder.resolve("grid"), offset);
        try (var grid = GridProcess.start(folder, offset)) {
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            String said = sftp.run("get short", "get below/thousand", "get large", "put large again", "get again");
            assertThat(folder.resolve("short")).as(said).hasContent("Truckee\n");
            assertThat(folder.resolve("thousand")).as(said).hasBinaryContent(bytes(1000));
            assertThat(folder.resolve("large")).as(said).hasBinaryContent(bytes(20_000));
            assertThat(folder.resolve("again")).as(said).hasBinaryContent(bytes(20_000));
        }
    }

    @Test
    void whatAGatewayOfVersion010HadStagedIsStoredAndNothingHalfAppears() throws Exception {
        int offset = GridProcess.freePortOffset();
        unpack("/grid-0.1.0-staged.zip", folder.resolve("grid"), offset);
        assertThat(folder.resolve(STAGED)).exists();
        try (var grid = GridProcess.start(folder, offset)) {
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            String said = sftp.run("get short", "get below/closed", "get below/stored", "ls -1");
            assertThat(folder.resolve("short")).as(said).hasContent("Truckee\n");
            assertThat(folder.resolve("closed")).as(said).hasBinaryContent(bytes(60_000));
            assertThat(folder.resolve("stored")).as(said).hasBinaryContent(bytes(1000));
            assertThat(said.lines()).contains("below", "short").doesNotContain("open");
            await().atMost(PATIENCE).until(() -> Files.notExists(folder.resolve(STAGED)));
            sftp.run("get below/closed again");
            assertThat(folder.resolve("again")).hasBinaryContent(bytes(60_000));
        }
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new Random(13).nextBytes(bytes);
        return bytes;
    }

    private static void unpack(String resource, Path into, int portOffset) throws IOException {
        InputStream packed = Objects.requireNonNull(OlderGridTest.class.getResourceAsStream(resource));
        Files.createDirectories(into);
        try (var zip = new ZipInputStream(packed)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = into.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.write(path, moved(path, zip.readAllBytes(), portOffset));
                }
            }
        }
    }

    /// A configuration with other ports than those that may be in use here.
    private static byte[] moved(Path path, byte[] bytes, int portOffset) {
        return path.endsWith("tahoe.cfg")
                ? PORT.matcher(new String(bytes, UTF_8))
                        .replaceAll(port -> Integer.toString(Integer.parseInt(port.group()) + portOffset))
                        .getBytes(UTF_8)
                : bytes;
    }
}
