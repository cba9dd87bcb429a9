package org.truckee.integration;

import static org.awaitility.Awaitility.await;
import static org.truckee.integration.ChildProcess.freePort;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A grid whose nodes are processes of their own: `introducer`, `storage1` and so on, `gateway`, maybe `helper`.
final class ProcessGrid implements AutoCloseable {
    static final String INTRODUCER = "introducer";
    static final String GATEWAY = "gateway";
    static final String HELPER = "helper";

    private final Path folder;
    private final int sftpPort;
    private final Map<String, ServiceProcess> nodes = new LinkedHashMap<>();
    private final List<SlowLine> lines = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private ProcessGrid(Path folder, int sftpPort) {
        this.folder = folder;
        this.sftpPort = sftpPort;
    }

    /// With so many storage nodes; files are coded as `needed` of that many shares, on at least `happy` nodes.
    static ProcessGrid start(Path folder, int storageNodes, int needed, int happy)
            throws IOException, InterruptedException {
        return start(folder, storageNodes, needed, happy, storageNodes, Optional.empty());
    }

    /// The same with `total` shares, and with storage nodes that are reached through `uplink` if there is one.
    static ProcessGrid start(
            Path folder, int storageNodes, int needed, int happy, int total, Optional<SlowLine.Uplink> uplink)
            throws IOException, InterruptedException {
        return new ProcessGrid(folder, freePort()).started(grid -> {
            String introducer = grid.makeIntroducer();
            grid.makeStorageNodes(storageNodes, introducer, uplink);
            grid.makeGateway(needed, happy, total, introducer);
        });
    }

    /// With a helper, to which the gateway sends no more than `uploadRate` bytes a second.
    static ProcessGrid startWithHelper(Path folder, int storageNodes, int needed, int happy, int uploadRate)
            throws IOException, InterruptedException {
        return new ProcessGrid(folder, freePort()).started(grid -> {
            String introducer = grid.makeIntroducer();
            grid.makeStorageNodes(storageNodes, introducer, Optional.empty());
            grid.makeGateway(needed, happy, storageNodes, introducer, "--helper-furl=" + grid.makeHelper(introducer));
            grid.limitUploads(uploadRate);
        });
    }

    @FunctionalInterface
    private interface Start {
        void start(ProcessGrid grid) throws IOException, InterruptedException;
    }

    /// With all nodes ready; if one does not become so, none is left.
    private ProcessGrid started(Start start) throws IOException, InterruptedException {
        try {
            start.start(this);
            for (ServiceProcess node : nodes.values()) {
                node.awaitReady();
            }
            return this;
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private String makeHelper(String introducer) throws IOException, InterruptedException {
        Path helper = ServiceProcess.create(
                folder.resolve(HELPER),
                "create-helper",
                "--port=" + freePort(),
                "--bind=127.0.0.1",
                "--relay-networks=127.0.0.0/8",
                "--introducer=" + introducer);
        start(HELPER);
        return ServiceProcess.truckee(List.of("show-furl", helper.toString()));
    }

    private String makeIntroducer() throws IOException, InterruptedException {
        Path introducer =
                ServiceProcess.create(folder.resolve(INTRODUCER), "create-introducer", "--port=0", "--bind=127.0.0.1");
        String address = ServiceProcess.truckee(List.of("show-furl", introducer.toString()));
        start(INTRODUCER);
        return address;
    }

    private void makeStorageNodes(int count, String introducer, Optional<SlowLine.Uplink> uplink)
            throws IOException, InterruptedException {
        for (int number = 1; number <= count; number++) {
            makeStorageNode("storage" + number, introducer, uplink);
        }
    }

    private void makeStorageNode(String name, String introducer, Optional<SlowLine.Uplink> uplink)
            throws IOException, InterruptedException {
        int port = freePort();
        int reached = port;
        if (uplink.isPresent()) {
            var line = new SlowLine(port, uplink.get());
            lines.add(line);
            reached = line.port();
        }
        ServiceProcess.create(
                folder.resolve(name),
                "create-storage-node",
                "--port=" + port,
                "--location=tcp:127.0.0.1:" + reached,
                "--bind=127.0.0.1",
                "--introducer=" + introducer);
        start(name);
    }

    private void makeGateway(int needed, int happy, int total, String introducer, String... more)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of(
                "--bind=127.0.0.1",
                "--sftp-port=" + sftpPort,
                "--shares-needed=" + needed,
                "--shares-happy=" + happy,
                "--shares-total=" + total,
                "--introducer=" + introducer));
        options.addAll(List.of(more));
        ServiceProcess.create(folder.resolve(GATEWAY), "create-gateway", options.toArray(String[]::new));
        start(GATEWAY);
    }

    List<String> names() {
        return List.copyOf(nodes.keySet());
    }

    int sftpPort() {
        return sftpPort;
    }

    ServiceProcess node(String name) {
        return nodes.get(name);
    }

    /// Starts a node that does not run, and does not wait for it.
    void start(String name) throws IOException {
        nodes.put(name, ServiceProcess.start(folder.resolve(name)));
    }

    void kill(String name) throws InterruptedException {
        nodes.get(name).kill();
    }

    /// Has the gateway, which is killed and started for it, send no more than so many bytes a second.
    void limitUploads(long rate) throws IOException, InterruptedException {
        Path configuration = folder.resolve(GATEWAY).resolve("tahoe.cfg");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replaceAll("upload.rate = .*\n", "")
                        .replace("[client]", "[client]\nupload.rate = " + rate));
        kill(GATEWAY);
        start(GATEWAY);
    }

    /// Waits until the gateway is ready and has so many storage nodes; gives how long that took.
    Duration awaitConnected(int count, Duration patience) {
        long start = System.nanoTime();
        awaitStatus("the grid is back", patience, status -> isBack(status, count));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Waits until the gateway's status is as it should be.
    void awaitStatus(String what, Duration patience, Predicate<String> expected) {
        awaitStatus(GATEWAY, what, patience, expected);
    }

    /// Waits until a node's status is as it should be; gives it.
    String awaitStatus(String name, String what, Duration patience, Predicate<String> expected) {
        return await(what)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> node(name).get(http, "/status.json"), expected);
    }

    private static boolean isBack(String status, int count) {
        return status.split("\"connected\":true,\"connection_status\"", -1).length - 1 == count
                && status.contains("\"ready\":true");
    }

    @Override
    public void close() throws IOException {
        nodes.values().forEach(ServiceProcess::close);
        for (SlowLine line : lines) {
            line.close();
        }
        http.close();
    }
}
