package org.truckee.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An introducer and storage nodes, each in a process of its own on loopback, started by the launcher as anybody
/// does.
final class GridOfProcesses implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final String launcher;
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> storageNodes = new ArrayList<>();

    private GridOfProcesses(String launcher, Path folder) {
        this.launcher = launcher;
        this.folder = folder;
    }

    /// A new grid in an empty folder, and a gateway's directory for whoever will use it.
    static GridOfProcesses start(String launcher, Path folder, int storageNodes)
            throws IOException, InterruptedException {
        var grid = new GridOfProcesses(launcher, folder);
        try {
            grid.create("create-introducer", "introducer");
            grid.run("introducer");
            String introducer = grid.output("show-furl", grid.path("introducer"));
            for (int i = 1; i <= storageNodes; i++) {
                String node = "storage" + i;
                grid.create("create-storage-node", node, "--introducer", introducer);
                grid.run(node);
                grid.storageNodes.add(node);
            }
            grid.create("create-gateway", "gateway", "--introducer", introducer, "--sftp-port", freePort());
            return grid;
        } catch (IOException | InterruptedException e) {
            grid.close();
            throw e;
        }
    }

    Path gateway() {
        return folder.resolve("gateway");
    }

    /// Takes all shares away: what is written to memory that a virtual machine never had before waits for its host,
    /// longer than for anything that is to be measured.
    void forgetShares() throws IOException {
        for (String node : storageNodes) {
            try (Stream<Path> files =
                    Files.walk(folder.resolve(node).resolve("storage").resolve("shares"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private String path(String node) {
        return folder.resolve(node).toString();
    }

    private void create(String command, String node, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command, path(node), "--nickname", node));
        arguments.addAll(List.of("--hostname", "127.0.0.1", "--port", freePort(), "--webport", freePort()));
        arguments.addAll(Arrays.asList(options));
        output(arguments.toArray(String[]::new));
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private String output(String... arguments) throws IOException, InterruptedException {
        Process process = command(arguments).start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " failed: " + said);
        }
        return said;
    }

    private void run(String node) throws IOException, InterruptedException {
        Path log = folder.resolve(node + ".log");
        Process process =
                command("run", path(node)).redirectOutput(log.toFile()).start();
        processes.add(process);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (Files.readAllLines(log).stream().noneMatch(line -> line.startsWith("ready "))) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException(node + " did not become ready; it said: " + Files.readString(log));
            }
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
