package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ChildProcess.freePort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that are hard on a file system, on sshfs, on a grid of five storage nodes.
///
/// `-Dtruckee.model.steps` says how many random steps are compared with a local folder, `-Dtruckee.seed` from which
/// seed.
@Tag("processes")
class SshfsProgramsTest {
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
    static void stop() throws Exception {
        assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
    }

    @BeforeEach
    void needsSshfs() {
        Clients.program("sshfs");
    }

    private static void expectSuccess(Clients.Run run) {
        assertThat(run.exitCode()).as(run.said()).isEqualTo(0);
        System.out.print(run.said());
    }

    @Test
    void programs() throws Exception {
        Path work = Files.createDirectories(folder.resolve("programs"));
        expectSuccess(clients.run(
                "bash",
                Clients.suite("sshfs_programs_suite.sh").toString(),
                clients.port(),
                clients.user(),
                work.toString()));
    }

    @Test
    void randomSteps() throws Exception {
        Path work = Files.createDirectories(folder.resolve("model"));
        Path mount = Files.createDirectories(work.resolve("mount"));
        expectSuccess(clients.run(
                "sshfs",
                "-p",
                clients.port(),
                "-o",
                "StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR",
                clients.user() + "@127.0.0.1:/",
                mount.toString()));
        try {
            expectSuccess(clients.run(
                    "python3",
                    Clients.suite("sshfs_model.py").toString(),
                    mount.resolve("model").toString(),
                    Files.createDirectories(work.resolve("local")).toString(),
                    Long.getLong("truckee.seed", 1).toString(),
                    Integer.getInteger("truckee.model.steps", 1000).toString()));
        } finally {
            clients.run("fusermount", "-u", mount.toString());
        }
    }

    @Test
    void twoGateways() throws Exception {
        int port = freePort();
        Path second = grid.makeGateway(folder, port);
        Path work = Files.createDirectories(folder.resolve("two"));
        try (ServiceProcess _ = ServiceProcess.run(second)) {
            expectSuccess(clients.run(
                    "bash",
                    Clients.suite("sshfs_two_gateways_suite.sh").toString(),
                    clients.port(),
                    Integer.toString(port),
                    clients.user(),
                    work.toString()));
        }
    }
}
