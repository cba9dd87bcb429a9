package org.truckee.integration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Programs that speak SFTP, as `integration-tests/install-clients` installs them. Outside of CI a suite is skipped,
/// and says so, if its program is missing.
final class Clients {
    private static final String USER = "tahoe";
    private static final String PASSWORD = "passw0rd";

    private final Path folder;
    private final int port;

    /// Runs in `folder`.
    Clients(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        Path askpass = folder.resolve("askpass");
        Files.writeString(askpass, "#!/bin/sh\necho " + PASSWORD + "\n");
        Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
    }

    /// What a program did.
    record Run(int exitCode, String said) {}

    /// A program on the path.
    static String program(String name) {
        return find(Stream.of(System.getenv("PATH").split(":")).map(Path::of), name);
    }

    /// A program of the Python environment.
    static String python(String name) {
        return find(Stream.of(Path.of(".clients/bin"), Path.of("integration-tests/.clients/bin")), name);
    }

    private static String find(Stream<Path> folders, String name) {
        Optional<Path> program = folders.map(folder -> folder.resolve(name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty() && System.getenv("CI") == null) {
            System.err.println("SKIPPED: " + name + " is missing; integration-tests/install-clients installs it");
            assumeTrue(false, name + " is missing");
        }
        return program.orElseThrow(() -> new IllegalStateException(name + " is missing"))
                .toString();
    }

    static Path suite(String name) {
        return Stream.of("src/test/resources/clients", "integration-tests/src/test/resources/clients")
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    /// Options that keep OpenSSH from the machine's own files.
    static List<String> sshOptions() {
        return List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR");
    }

    Run run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), List.of(command));
    }

    Run run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "client", ".log");
        var builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "SSH_ASKPASS",
                        folder.resolve("askpass").toString(),
                        "SSH_ASKPASS_REQUIRE",
                        "force",
                        "HOME",
                        folder.toString(),
                        "LC_ALL",
                        "C.UTF-8"));
        builder.environment().putAll(environment);
        Process process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " hangs; it said: " + Files.readString(log));
        }
        return new Run(process.exitValue(), Files.readString(log));
    }

    String user() {
        return USER;
    }

    String password() {
        return PASSWORD;
    }

    String port() {
        return Integer.toString(port);
    }
}
