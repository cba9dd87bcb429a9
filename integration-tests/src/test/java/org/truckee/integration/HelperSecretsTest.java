package org.truckee.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ProcessGrid.GATEWAY;
import static org.truckee.integration.ProcessGrid.HELPER;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;

/// What a helper has of a file that it expands, in its memory and on its disk.
@Tag("processes")
@Timeout(300)
class HelperSecretsTest {
    private static final int STORAGE_NODES = 3;
    private static final int BYTES = 4_000_000;
    private static final int RATE = 500_000;
    private static final String PLAINTEXT = "nobody but the gateway may see this line\n";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path file() throws IOException {
        return Files.writeString(folder.resolve("file"), PLAINTEXT.repeat(BYTES / PLAINTEXT.length()));
    }

    /// What the gateway will call the file.
    private ChkReadCap cap(Path file) throws Exception {
        String uri = ServiceProcess.truckee(List.of(
                "debug",
                "cap",
                file.toString(),
                "--required=2",
                "--total=" + STORAGE_NODES,
                "--node-directory=" + folder.resolve(GATEWAY)));
        return (ChkReadCap) Cap.parse(uri.lines().toList().getLast());
    }

    /// All that is on the heap, garbage included.
    private Path heap(ProcessGrid grid, String name) throws IOException, InterruptedException {
        Path dump = folder.resolve(name);
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(grid.node(HELPER).process.pid()),
                        "GC.heap_dump",
                        "-all",
                        dump.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), US_ASCII);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return dump;
    }

    private static boolean contains(Path file, byte[] pattern) throws IOException {
        try (var channel = FileChannel.open(file);
                var arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            for (long at = 0; at <= bytes.byteSize() - pattern.length; at++) {
                if (bytes.get(ValueLayout.JAVA_BYTE, at) == pattern[0] && startsWith(bytes, at, pattern)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean startsWith(MemorySegment bytes, long at, byte[] pattern) {
        return bytes.asSlice(at, pattern.length).mismatch(MemorySegment.ofArray(pattern)) < 0;
    }

    private List<Path> disk() throws IOException {
        try (var files = Files.walk(folder.resolve(HELPER))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void expectIgnorant(ChkReadCap cap, List<Path> places) throws IOException {
        byte[] key = cap.key().toBytes();
        byte[] text = cap.uri().split(":")[2].getBytes(US_ASCII);
        for (Path place : places) {
            for (byte[] secret : List.of(PLAINTEXT.getBytes(US_ASCII), key, text)) {
                assertThat(contains(place, secret)).as("%s", place).isFalse();
            }
        }
    }

    @Test
    void memoryAndDiskHaveNeitherPlaintextNorKey() throws Exception {
        Path file = file();
        try (var grid = ProcessGrid.startWithHelper(folder, STORAGE_NODES, 2, 2, RATE);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            grid.awaitConnected(STORAGE_NODES, PATIENCE);
            grid.awaitStatus("the helper is there", PATIENCE, KilledHelperTest::hasHelper);
            ChkReadCap cap = cap(file);
            var sftp = new OpenSshSftp(folder, grid.sftpPort());
            Future<String> put = threads.submit((Callable<String>) () -> sftp.run("put file"));
            grid.awaitStatus(HELPER, "half is there", PATIENCE, status -> KilledHelperTest.arrived(status) > BYTES / 2);
            Path during = heap(grid, "during.hprof");
            assertThat(contains(during, cap.key().storageIndex().toBytes()))
                    .as("what it does have is found")
                    .isTrue();
            expectIgnorant(cap, disk());
            String said = put.get();
            Path after = heap(grid, "after.hprof");
            expectIgnorant(cap, List.of(during, after));
            expectIgnorant(cap, disk());
            said += sftp.run("get file back");
            assertThat(folder.resolve("back")).as(said).hasSameBinaryContentAs(file);
        }
    }
}
