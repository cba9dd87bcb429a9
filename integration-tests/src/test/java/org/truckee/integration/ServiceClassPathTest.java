package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.node.NodeDirectory;

/// The jars of a process that runs one service, as the launcher and the image start it.
class ServiceClassPathTest {
    /// Where the build puts the jars of all, and the list of each service's.
    private static final Path LIB = Path.of("../cli/target/lib");

    @TempDir
    Path folder;

    @Test
    void aStorageNodeHasNeitherClientNorCoder() throws IOException {
        assertThat(modules("storage-node"))
                .containsExactlyInAnyOrder("storage-node", "status-web", "protocol", "common-crypto");
    }

    @Test
    void anIntroducerHasNeitherClientNorCoderNorShares() throws IOException {
        assertThat(modules("introducer"))
                .containsExactlyInAnyOrder("introducer", "status-web", "protocol", "common-crypto");
    }

    @Test
    void aGatewayKeepsNoShares() throws IOException {
        assertThat(modules("gateway-sftp"))
                .containsExactlyInAnyOrder(
                        "gateway-sftp", "client", "erasure-coding", "status-web", "protocol", "common-crypto");
    }

    @Test
    void aHelperKeepsNoSharesAndHasNoDoor() throws IOException {
        assertThat(modules("helper"))
                .containsExactlyInAnyOrder(
                        "helper", "client", "erasure-coding", "status-web", "protocol", "common-crypto");
    }

    @Test
    void onlyAGatewaySpeaksSsh() throws IOException {
        assertThat(jars("gateway-sftp")).anyMatch(jar -> name(jar).startsWith("sshd-"));
        assertThat(jars("storage-node")).noneMatch(jar -> name(jar).startsWith("sshd-"));
        assertThat(jars("introducer")).noneMatch(jar -> name(jar).startsWith("sshd-"));
        assertThat(jars("helper")).noneMatch(jar -> name(jar).startsWith("sshd-"));
    }

    /// A node that does one thing.
    private Path alone(String section) throws IOException {
        String configuration = """
                [node]
                nickname = alone
                tub.port = tcp:0:interface=127.0.0.1
                tub.location = tcp:127.0.0.1:1
                web.port = tcp:0:interface=127.0.0.1

                [%s]
                enabled = true
                """.formatted(section);
        Path node = folder.resolve("node");
        NodeDirectory.create(node, configuration, Map.of(), new SecureRandom());
        return node;
    }

    @Test
    void aStorageNodeRunsOnItsOwnJars() throws Exception {
        assertThat(firstLine("storage-node", "org.truckee.storage.StorageMain", alone("storage")))
                .startsWith("ready storage alone http://127.0.0.1:");
    }

    @Test
    void aHelperRunsOnItsOwnJars() throws Exception {
        assertThat(firstLine("helper", "org.truckee.helper.HelperMain", alone("helper")))
                .startsWith("ready helper alone http://127.0.0.1:");
    }

    @Test
    void aStorageNodesProcessTakesNoOtherNode() throws Exception {
        Path node = folder.resolve("node");
        NodeDirectory.create(node, "[sftpd]\nenabled = true\n", Map.of(), new SecureRandom());
        assertThat(firstLine("storage-node", "org.truckee.storage.StorageMain", node))
                .isEqualTo("truckee: " + node + " is a node that does [gateway], not just storage");
    }

    private static String firstLine(String service, String main, Path directory) throws IOException {
        String path = jars(service).stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        path,
                        main,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (var said = process.inputReader(UTF_8)) {
            return said.lines()
                    .filter(line -> line.startsWith("ready ") || line.startsWith("truckee: "))
                    .findFirst()
                    .orElse("");
        } finally {
            process.destroyForcibly();
        }
    }

    /// Those of ours.
    private static List<String> modules(String service) throws IOException {
        return jars(service).stream()
                .map(jar -> name(jar).replaceFirst("-[0-9].*", ""))
                .filter(name -> Files.exists(Path.of("..", name, "pom.xml")))
                .toList();
    }

    private static List<Path> jars(String service) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (Stream<Path> own = Files.list(LIB)) {
            own.filter(jar -> name(jar).matches(service + "-[0-9].*\\.jar")).forEach(jars::add);
        }
        for (String name : Files.readString(LIB.resolve(service + ".jars")).split(":")) {
            jars.add(LIB.resolve(name.strip().replaceFirst("^@/", "")));
        }
        assertThat(jars).allMatch(Files::exists);
        return jars;
    }

    private static String name(Path jar) {
        return jar.getFileName().toString();
    }
}
