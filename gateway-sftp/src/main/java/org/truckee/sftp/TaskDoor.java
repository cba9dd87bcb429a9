package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where commands on a running gateway's directory hand their work to it: a Unix socket in `private/`, which nobody
/// else can open. One task per connection:
///
/// ```
/// → {"deep": true, "target": "/", ...}     a GatewayTask, one line
/// ← {"said": {...}}                        any number of times
/// ← {"done": true} or {"failed": "why"}    the end
/// ```
final class TaskDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskDoor.class);
    private static final ObjectMapper JSON = new JsonMapper();

    /// A socket's path has room for so many bytes.
    private static final int MOST_PATH_BYTES = 100;

    private final GatewayTask.Workplace workplace;
    private final Path path;
    private final Path socket;
    private final ServerSocketChannel listening;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TaskDoor(GatewayTask.Workplace workplace, Path path, Path socket, ServerSocketChannel listening) {
        this.workplace = workplace;
        this.path = path;
        this.socket = socket;
        this.listening = listening;
    }

    /// Opens it at `path`; where that is too long for a socket it is a link to one in a folder of our own.
    static TaskDoor open(GatewayTask.Workplace workplace, Path path) throws IOException {
        Files.deleteIfExists(path);
        boolean fits = path.toAbsolutePath().toString().getBytes(UTF_8).length <= MOST_PATH_BYTES;
        Path socket = fits
                ? path
                : Files.createTempDirectory(
                                "truckee",
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                        .resolve("tasks");
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(socket));
            if (!fits) {
                Files.createSymbolicLink(path, socket);
            }
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        var door = new TaskDoor(workplace, path, socket, listening);
        door.threads.execute(door::accept);
        return door;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listening.accept();
                threads.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException closed) {
            // the gateway ends
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("commands on this directory find no gateway");
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var in = new BufferedReader(Channels.newReader(channel, UTF_8));
            OutputStream out = Channels.newOutputStream(channel);
            GatewayTask task = GatewayTask.of(JSON.readTree(Objects.requireNonNullElse(in.readLine(), "")));
            write(out, run(task, out));
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("a command went away before its end");
        }
    }

    private ObjectNode run(GatewayTask task, OutputStream out) throws IOException {
        try {
            task.run(workplace, said -> {
                try {
                    ObjectNode line = JSON.createObjectNode();
                    line.set("said", said);
                    write(out, line);
                } catch (IOException e) {
                    throw new GoneException(e);
                }
            });
            return JSON.createObjectNode().put("done", true);
        } catch (GoneException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            return JSON.createObjectNode().put("failed", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a task failed");
            return JSON.createObjectNode().put("failed", "the gateway failed; its log says why");
        }
    }

    /// Whoever asked is not there any more.
    private static final class GoneException extends IOException {
        private static final long serialVersionUID = 1;

        GoneException(IOException cause) {
            super("nobody reads what it says", cause);
        }
    }

    private static void write(OutputStream out, ObjectNode line) throws IOException {
        out.write((JSON.writeValueAsString(line) + "\n").getBytes(UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
        threads.close();
        Files.deleteIfExists(socket);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(path);
            Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
        }
    }
}
