package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.RunningProcess;

/// Has a task done on a gateway's directory: by the gateway if it runs there, else here.
public final class GatewayTasks {
    private static final ObjectMapper JSON = new JsonMapper();
    private static final String SOCKET = "tasks";

    /// How long a gateway that is started for a task waits for further servers.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private GatewayTasks() {}

    /// Where a running gateway can be asked.
    static Path socket(NodeDirectory directory) {
        return directory.secretFile(SOCKET);
    }

    /// Has a task done and hands on what it says.
    ///
    /// @throws IOException if it cannot be done; why is in the message
    public static void run(NodeDirectory directory, GatewayTask task, GatewayTask.Listener listener)
            throws IOException {
        Optional<SocketChannel> gateway = connect(socket(directory));
        if (gateway.isPresent()) {
            try (SocketChannel channel = gateway.get()) {
                ask(channel, task, listener);
            }
        } else {
            runHere(directory, task, listener);
        }
    }

    /// Empty if nobody listens.
    private static Optional<SocketChannel> connect(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SocketChannel.open(UnixDomainSocketAddress.of(path.toRealPath())));
        } catch (ConnectException nobody) {
            return Optional.empty(); // a gateway that was killed left it
        }
    }

    private static void ask(SocketChannel channel, GatewayTask task, GatewayTask.Listener listener) throws IOException {
        ByteBuffer question = ByteBuffer.wrap((JSON.writeValueAsString(task.toJson()) + "\n").getBytes(UTF_8));
        while (question.hasRemaining()) {
            channel.write(question);
        }
        var in = new BufferedReader(Channels.newReader(channel, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode answer = JSON.readTree(line);
            if (answer.get("said") instanceof ObjectNode said) {
                listener.said(said);
            } else if (answer.has("failed")) {
                throw new IOException(answer.path("failed").asText());
            } else {
                return;
            }
        }
        throw new IOException("the gateway ended before the task did");
    }

    private static void runHere(NodeDirectory directory, GatewayTask task, GatewayTask.Listener listener)
            throws IOException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        try (var resources = new Resources()) {
            resources.add(RunningProcess.lock(directory.path()));
            var random = new SecureRandom();
            GatewayGrid grid = GatewayGrid.open(directory, loops, List.of(), resources, random, InstantSource.system());
            Staging staging = SftpGateway.staging(directory, resources, random);
            var trees = grid.trees(staging, InstantSource.system());
            var unstored = resources.add(new Unstored(staging, trees, InstantSource.system()));
            if (task.needsServers()) {
                awaitServers(grid);
            }
            task.run(new GatewayTask.Workplace(grid, unstored), listener);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /// Waits for all servers that are known, which are more when introducers have answered.
    private static void awaitServers(GatewayGrid grid) throws IOException {
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isComplete(grid) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(200); // nobody tells when an introducer has answered
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for servers");
        }
    }

    private static boolean isComplete(GatewayGrid grid) {
        boolean told = grid.servers().introducers().stream()
                .allMatch(introducer ->
                        introducer.failure().isPresent() || introducer.since().isPresent());
        var expected =
                grid.servers().all().stream().filter(server -> !server.isGone()).toList();
        return told && !expected.isEmpty() && expected.stream().allMatch(server -> server.isConnected());
    }
}
