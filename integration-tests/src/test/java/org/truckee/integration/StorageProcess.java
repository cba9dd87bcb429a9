package org.truckee.integration;

import static org.truckee.integration.ChildProcess.freePort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.truckee.cli.TruckeeMain;
import org.truckee.crypto.Furl;
import org.truckee.protocol.node.NodeDirectory;

/// A storage node in a process of its own, which can be killed and started again.
final class StorageProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private Process process;

    private StorageProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /// Makes a node in `directory` and starts it; it is not waited for.
    static StorageProcess create(Path directory) throws IOException {
        String configuration = """
                [node]
                nickname = %1$s
                tub.port = tcp:%2$d:interface=127.0.0.1
                tub.location = tcp:127.0.0.1:%2$d
                web.port = tcp:%3$d:interface=127.0.0.1

                [storage]
                enabled = true
                """.formatted(directory.getFileName(), freePort(), freePort());
        NodeDirectory.create(directory, configuration, Map.of(), new SecureRandom());
        return new StorageProcess(directory, run(directory));
    }

    private static Process run(Path directory) throws IOException {
        List<String> command = new ArrayList<>(javaCommand());
        command.addAll(List.of(TruckeeMain.class.getName(), "run", directory.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(directory).toFile())
                .start();
    }

    /// Java, with the class path of this process, up to the name of the main class.
    static List<String> javaCommand() {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"));
    }

    private static Path log(Path directory) {
        return directory.resolve("log");
    }

    /// Waits until it serves.
    Furl awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.readAllLines(log(directory)).stream().noneMatch(line -> line.startsWith("ready storage "))) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException("the storage node is not ready; it said: " + Files.readString(log(directory)));
            }
        }
        return Furl.parse(
                Files.readString(directory.resolve("private/storage.furl")).strip());
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = run(directory);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
