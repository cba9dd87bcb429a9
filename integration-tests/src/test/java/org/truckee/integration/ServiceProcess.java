package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.truckee.cli.TruckeeMain;

/// `truckee run DIR` as a process of its own.
final class ServiceProcess extends ChildProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path log;

    private ServiceProcess(Process process, Path log) {
        super(process);
        this.log = log;
    }

    /// Makes a node by `create` and its options; what it needs of ports is free ones.
    static Path create(Path directory, String create, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(create, "--webport=0"));
        arguments.addAll(List.of(options));
        arguments.add(directory.toString());
        truckee(arguments);
        return directory;
    }

    /// What a command prints; it must succeed.
    static String truckee(List<String> arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(arguments + " failed: " + said);
        }
        return said.strip();
    }

    private static List<String> command(List<String> arguments) {
        return command(List.of("-Xmx128m"), arguments);
    }

    private static List<String> command(List<String> javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(javaOptions);
        command.add(TruckeeMain.class.getName());
        command.addAll(arguments);
        return command;
    }

    /// Starts a node, and does not wait for anything.
    static ServiceProcess start(Path directory) throws IOException {
        return startBy(command(List.of("run", directory.toString())), directory);
    }

    /// The same with these options of the virtual machine, its heap among them.
    static ServiceProcess start(Path directory, List<String> javaOptions) throws IOException {
        return startBy(command(javaOptions, List.of("run", directory.toString())), directory);
    }

    private static ServiceProcess startBy(List<String> command, Path directory) throws IOException {
        Path log = Files.createTempFile(directory, "log", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, log);
    }

    /// Starts a node and waits until it is ready.
    static ServiceProcess run(Path directory) throws IOException, InterruptedException {
        ServiceProcess node = start(directory);
        node.awaitReady();
        return node;
    }

    /// Waits until it says that it is ready; gives that line.
    String awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (String line : said().lines().toList()) {
                if (line.startsWith("ready ")) {
                    return line;
                }
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException("the node did not become ready; it said: " + said());
            }
        }
    }

    /// Waits until it listens at a port.
    void awaitPort(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isOpen(port)) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException("the node did not open its port; it said: " + said());
            }
        }
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }

    /// What it wrote so far.
    String said() throws IOException {
        return Files.readString(log);
    }

    /// The address of its status page, without the slash at its end.
    String page() throws IOException, InterruptedException {
        String line = awaitReady();
        return line.substring(line.lastIndexOf("http://"), line.length() - 1);
    }

    /// What its web port answers.
    String get(HttpClient http, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(page() + path)).build(), BodyHandlers.ofString())
                .body();
    }
}
