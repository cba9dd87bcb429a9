package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.truckee.integration.ChildProcess.freePort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Gateways that come and go, on three storage nodes in processes of their own.
@Tag("processes")
class GatewayLifeTest {
    private static final int STORAGE_NODES = 3;

    @TempDir
    Path folder;

    private final List<ServiceProcess> running = new ArrayList<>();
    private String introducer = "";

    private String dir(String name) {
        return folder.resolve(name).toString();
    }

    private ServiceProcess run(String name) throws IOException {
        ServiceProcess process = ServiceProcess.start(folder.resolve(name));
        running.add(process);
        return process;
    }

    @BeforeEach
    void startServers() throws Exception {
        Clients.program("sftp");
        ServiceProcess.create(folder.resolve("introducer"), "create-introducer", "--hostname=127.0.0.1", "--port=0");
        introducer = ServiceProcess.truckee(List.of("show-furl", dir("introducer")));
        run("introducer").awaitReady();
        for (int i = 1; i <= STORAGE_NODES; i++) {
            ServiceProcess.create(
                    folder.resolve("storage" + i),
                    "create-storage-node",
                    "--hostname=127.0.0.1",
                    "--port=0",
                    "--introducer=" + introducer);
            run("storage" + i).awaitReady();
        }
    }

    @AfterEach
    void stop() {
        Collections.reverse(running);
        running.forEach(ServiceProcess::close);
    }

    private int createGateway(String name, String... options) throws Exception {
        int port = freePort();
        List<String> all = new ArrayList<>(List.of("--sftp-port=" + port));
        all.addAll(List.of(options));
        ServiceProcess.create(folder.resolve(name), "create-gateway", all.toArray(String[]::new));
        return port;
    }

    private OpenSshSftp sftp(int port) {
        return new OpenSshSftp(folder, port);
    }

    @Test
    void withTooFewServersTheLoginSaysSo() throws Exception {
        int port = createGateway("gateway", "--introducer=" + introducer);
        ServiceProcess gateway = run("gateway");
        gateway.awaitPort(port);
        var clients = new Clients(folder, port);
        String sentence = "of 7 servers connected";
        var banner = clients.run(
                "sftp",
                "-P",
                clients.port(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                clients.user() + "@127.0.0.1");
        assertThat(banner.said()).contains(sentence);
        assertThat(sftp(port).run("mkdir d")).contains("Failure");
        assertThat(gateway.said()).doesNotContain("URI:").doesNotContain("passw0rd");
    }

    @Test
    void aGatewayFromTheRecoveryFileIsASecondDoorAndTheFirstOnesReturn() throws Exception {
        Files.writeString(folder.resolve("file"), "contents");
        int first = createGateway(
                "first", "--introducer=" + introducer, "--shares-needed=1", "--shares-happy=2", "--shares-total=3");
        ServiceProcess firstProcess = run("first");
        firstProcess.awaitReady();
        sftp(first).run("mkdir d", "put file d/one");
        Files.writeString(folder.resolve("recovery"), ServiceProcess.truckee(List.of("recovery", dir("first"))));

        int second = createGateway("second", "--recovery=" + folder.resolve("recovery"));
        run("second").awaitReady();
        assertThat(sftp(second).run("ls -1 d")).contains("d/one");
        sftp(second).run("put file d/two");
        // a gateway believes for two seconds what it saw of a directory
        await().untilAsserted(() ->
                assertThat(sftp(first).run("ls -1 d")).contains("d/one").contains("d/two"));

        firstProcess.kill();
        try (Stream<Path> files = Files.walk(folder.resolve("first"))) {
            for (Path path : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        int third = createGateway("third", "--recovery=" + folder.resolve("recovery"));
        run("third").awaitReady();
        sftp(third).run("get d/one back-one", "get d/two back-two");
        assertThat(folder.resolve("back-one")).hasContent("contents");
        assertThat(folder.resolve("back-two")).hasContent("contents");
    }
}
