package org.truckee.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.truckee.cli.TruckeeMain;

/// `truckee up` as a process of its own, on ports of its own.
final class GridProcess extends ChildProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Integer> PORTS =
            List.of(44190, 3480, 3456, 8022, 8097, 8098, 8099, 8100, 8101, 8102, 3457, 3458, 3459, 3460, 3461, 3462);

    private final Path directory;
    private final int portOffset;

    private GridProcess(Process process, Path directory, int portOffset) {
        super(process);
        this.directory = directory;
        this.portOffset = portOffset;
    }

    /// An offset at which all ports of a grid are free now; which one is chance, as others on the machine look too.
    static int freePortOffset() throws IOException {
        return new Random()
                .ints(1000, 1000, 20_000)
                .filter(offset -> PORTS.stream().allMatch(port -> isFree(port + offset)))
                .findFirst()
                .orElseThrow(() -> new IOException("no free ports"));
    }

    /// Starts a grid and waits until it says that it is ready.
    static GridProcess start(Path folder, int portOffset, String... javaOptions) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(javaOptions));
        command.add(TruckeeMain.class.getName());
        Path directory = folder.resolve("grid");
        command.addAll(List.of("up", "--dir", directory.toString(), "--port-offset", "" + portOffset));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var grid = new GridProcess(process, directory, portOffset);
        grid.awaitLine(log, "ready grid sftp://127.0.0.1:" + grid.sftpPort() + " http://127.0.0.1:");
        return grid;
    }

    private void awaitLine(Path log, String start) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.readAllLines(log).stream().noneMatch(line -> line.startsWith(start))) {
            try {
                if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                    throw new IOException("the grid did not become ready; it said: " + Files.readString(log));
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    /// Makes a second gateway of its tree, below `folder`, and does not start it.
    Path makeGateway(Path folder, int sftpPort) throws IOException, InterruptedException {
        Path recovery = folder.resolve("recovery");
        String first = directory.resolve("gateway").toString();
        Files.writeString(recovery, ServiceProcess.truckee(List.of("recovery", first)));
        return ServiceProcess.create(
                folder.resolve("second"),
                "create-gateway",
                "--recovery=" + recovery,
                "--bind=127.0.0.1",
                "--sftp-port=" + sftpPort);
    }

    int sftpPort() {
        return 8022 + portOffset;
    }

    int webPort() {
        return 3456 + portOffset;
    }
}
