package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// A grid of containers, one for each node, of the image that `TRUCKEE_IMAGE` names.
@Tag("docker")
class ContainersTest {
    private static final int SFTP = 8022;
    private static final int WEB = 3456;
    private static final int STORAGE_NODES = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Network network = Network.newNetwork();
    private final List<GenericContainer<?>> containers = new ArrayList<>();

    @AfterEach
    void end() {
        containers.forEach(GenericContainer::stop);
        network.close();
    }

    private GenericContainer<?> service(String role, String name) {
        String image = System.getenv().getOrDefault("TRUCKEE_IMAGE", "truckee");
        var container = new GenericContainer<>(DockerImageName.parse(image))
                .withCommand(role)
                .withNetwork(network)
                .withNetworkAliases(name)
                .withEnv("TRUCKEE_NICKNAME", name)
                .withEnv("TRUCKEE_HOSTNAME", name)
                .withExposedPorts(WEB)
                .waitingFor(Wait.forHttp("/healthz").forPort(WEB).withStartupTimeout(PATIENCE))
                .withCreateContainerCmdModifier(create -> create.getHostConfig().withReadonlyRootfs(true));
        containers.add(container);
        return container;
    }

    private String startIntroducer() throws IOException, InterruptedException {
        GenericContainer<?> introducer = service("introducer", "introducer");
        introducer.start();
        return introducer
                .execInContainer("truckee", "show-furl", "/data")
                .getStdout()
                .strip();
    }

    private GenericContainer<?> startStorage(String name, String introducer) {
        GenericContainer<?> storage = service("storage", name)
                .withEnv("TRUCKEE_INTRODUCER_FURL", introducer)
                .withEnv("TRUCKEE_RESERVED_SPACE", "1GiB");
        storage.start();
        return storage;
    }

    private GenericContainer<?> startGateway(String introducer) {
        GenericContainer<?> gateway = service("gateway", "gateway")
                .withEnv("TRUCKEE_INTRODUCER_FURL", introducer)
                .withEnv("TRUCKEE_SHARES_NEEDED", "2")
                .withEnv("TRUCKEE_SHARES_HAPPY", "3")
                .withEnv("TRUCKEE_SHARES_TOTAL", "" + STORAGE_NODES)
                .withEnv("TRUCKEE_PUBLISHED_ADDRESS", "127.0.0.1")
                .withExposedPorts(WEB, SFTP)
                .waitingFor(Wait.forHttp("/readyz").forPort(WEB).withStartupTimeout(PATIENCE));
        gateway.start();
        return gateway;
    }

    @Test
    void filesOutliveTwoOfFiveStorageContainers() throws Exception {
        String introducer = startIntroducer();
        List<GenericContainer<?>> storage = new ArrayList<>();
        for (int number = 1; number <= STORAGE_NODES; number++) {
            storage.add(startStorage("storage" + number, introducer));
        }
        var sftp = new OpenSshSftp(folder, startGateway(introducer).getMappedPort(SFTP));
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Files.write(folder.resolve("file"), bytes);
        sftp.run("mkdir below", "put file below/file");
        storage.removeLast().stop();
        storage.removeLast().stop();
        sftp.run("get below/file back");
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(folder.resolve("file"));
    }
}
