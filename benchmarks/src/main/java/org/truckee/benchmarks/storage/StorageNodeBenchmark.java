package org.truckee.benchmarks.storage;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.truckee.crypto.Furl;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.storage.HttpStorageClient;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.WriteAnswer;

/// A storage node in a process of its own, started as an operator starts it: how soon it answers, how much memory it
/// takes, and how fast two clients write to and read from it, compared with `dd` and a bare TLS socket in the same
/// run.
///
/// Arguments: the `truckee` script, and a folder on the disk to be measured.
final class StorageNodeBenchmark {
    private static final int STARTS = 7;

    /// Ten gigabytes each way. After two, the compilers of both processes still take a quarter of two cores.
    private static final int WARMING_ROUNDS = 40;

    private static final int ROUNDS = 9;
    private static final int CLIENTS = 2;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES = 128;
    private static final long CLIENT_BYTES = (long) PIECES * PIECE_BYTES;
    private static final int IDLE_CONNECTIONS = 2000;
    private static final double MB = 1e6;

    private final Path truckee;
    private final Path folder;
    private final Path node;
    private final int port;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final SecureRandom random = new SecureRandom();
    private final byte[] piece = new byte[PIECE_BYTES];

    private StorageNodeBenchmark(Path truckee, Path folder, int port) {
        this.truckee = truckee;
        this.folder = folder;
        this.node = folder.resolve("node");
        this.port = port;
        random.nextBytes(piece);
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[2]);
        new StorageNodeBenchmark(Path.of(arguments[0]), Path.of(arguments[1]), port).run();
    }

    private void run() throws Exception {
        createNode();
        var starts = new ArrayList<Double>();
        for (int i = 0; i <= STARTS; i++) {
            long begin = System.nanoTime();
            Process process = start();
            if (i > 0) { // at the first this client has everything to load
                starts.add((System.nanoTime() - begin) / 1e9);
            }
            stop(process);
        }
        starts.sort(null);
        print(
                "start to first answer, s",
                "%.2f (%.2f to %.2f)".formatted(median(starts), starts.getFirst(), starts.getLast()));
        Process process = start();
        try {
            TimeUnit.SECONDS.sleep(10);
            long atRest = residentBytes(process);
            print("RSS at rest, MB", "%.0f".formatted(atRest / MB));
            idleConnections(process, atRest);
            transfers();
            print("RSS afterwards, MB", "%.0f".formatted(residentBytes(process) / MB));
        } finally {
            stop(process);
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static void print(String what, String value) {
        System.out.printf("%-40s %s%n", what, value);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private void createNode() throws IOException, InterruptedException {
        var created = new ProcessBuilder(
                        truckee.toString(),
                        "create-storage-node",
                        node.toString(),
                        "--hostname",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--location",
                        "tcp:127.0.0.1:" + port,
                        "--webport",
                        Integer.toString(port + 1))
                .inheritIO()
                .start();
        if (created.waitFor() != 0) {
            throw new IOException("the node could not be created");
        }
        Path configuration = node.resolve("tahoe.cfg");
        // 2,000 clients at once from one address
        Files.writeString(configuration, Files.readString(configuration) + "\n[network]\nhandshakes.burst = 5000\n");
    }

    /// Starts the node and waits for its first answer.
    private Process start() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(truckee.toString(), "run", node.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        while (true) {
            try (var client = client()) {
                client.version();
                return process;
            } catch (IOException notYet) {
                if (!process.isAlive()) {
                    throw new IOException("the node stopped: " + Files.readString(folder.resolve("log")));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private HttpStorageClient client() throws IOException {
        Path address = node.resolve("private").resolve("storage.furl");
        if (!Files.exists(address)) {
            throw new IOException("the node has no address yet");
        }
        try {
            Furl furl = Furl.parse(Files.readString(address).strip());
            var tls = Tls.client(shown -> NodeCertificate.tubId(shown).equals(furl.tubId()));
            return new HttpStorageClient(new HttpsClient(loops, new Location("127.0.0.1", port), tls), furl.swissnum());
        } catch (org.truckee.crypto.MalformedAddressException e) {
            throw new IOException("the node's address is being written", e);
        }
    }

    private static long residentBytes(Process process) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }

    private void idleConnections(Process process, long atRest) throws IOException, InterruptedException {
        var sockets = new ArrayList<SSLSocket>();
        try {
            for (int i = 0; i < IDLE_CONNECTIONS; i++) {
                var socket = (SSLSocket)
                        TlsCopy.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
                sockets.add(socket);
                socket.startHandshake();
            }
            long busy = residentBytes(process);
            print(IDLE_CONNECTIONS + " idle connections, RSS + MB", "%.0f".formatted((busy - atRest) / MB));
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
        TimeUnit.SECONDS.sleep(1);
    }

    private interface Transfer {
        void run(StorageServer server, StorageIndex index) throws IOException;
    }

    private void transfers() throws Exception {
        var bare = new ArrayList<Double>();
        var disk = new ArrayList<Double>();
        var writes = new ArrayList<Double>();
        var reads = new ArrayList<Double>();
        Process copy = startCopy();
        try (var lines = new BufferedReader(new InputStreamReader(copy.getInputStream(), StandardCharsets.UTF_8))) {
            int copyPort = Integer.parseInt(lines.readLine());
            TlsCopy.measure(copyPort, CLIENT_BYTES);
            for (int round = 0; round < WARMING_ROUNDS + ROUNDS; round++) {
                var indexes = new ArrayList<StorageIndex>();
                for (int i = 0; i < CLIENTS; i++) {
                    indexes.add(new StorageIndex(random(StorageIndex.BYTES)));
                }
                double written = together(indexes, this::write);
                double read = together(indexes, StorageNodeBenchmark::read);
                forget(indexes);
                double copied = TlsCopy.measure(copyPort, CLIENTS * CLIENT_BYTES);
                double synced = dd();
                if (round >= WARMING_ROUNDS) {
                    writes.add(written / MB);
                    reads.add(read / MB);
                    bare.add(copied / MB);
                    disk.add(synced / MB);
                }
            }
        } finally {
            stop(copy);
        }
        double bound = Math.min(median(bare), median(disk));
        print("TLS socket, MB/s", "%.0f".formatted(median(bare)));
        print("dd conv=fsync, MB/s", "%.0f".formatted(median(disk)));
        print("writes of two clients, MB/s", "%.0f = %.0f %%".formatted(median(writes), 100 * median(writes) / bound));
        print(
                "reads of two clients, MB/s",
                "%.0f = %.0f %%".formatted(median(reads), 100 * median(reads) / median(bare)));
    }

    /// Takes the shares away, as `dd` finds its file taken away: what is written to memory that a virtual machine never
    /// had before waits for its host.
    private void forget(List<StorageIndex> indexes) throws IOException {
        for (StorageIndex index : indexes) {
            String name = index.toString();
            Files.delete(node.resolve("storage/shares/" + name.substring(0, 2) + "/" + name + "/0"));
        }
    }

    private static Process startCopy() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TlsCopy.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// The bytes per second of all clients together.
    private double together(List<StorageIndex> indexes, Transfer transfer) throws Exception {
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Void>>();
            for (StorageIndex index : indexes) {
                Callable<Void> task = () -> {
                    try (var client = client()) {
                        transfer.run(client, index);
                    }
                    return null;
                };
                running.add(threads.submit(task));
            }
            for (var one : running) {
                one.get();
            }
        }
        return indexes.size()
                * CLIENT_BYTES
                / (Duration.ofNanos(System.nanoTime() - begin).toNanos() / 1e9);
    }

    private byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void write(StorageServer server, StorageIndex index) throws IOException {
        var secret = new UploadSecret(random(20));
        server.allocate(index, Set.of(0), CLIENT_BYTES, secret, new LeaseSecrets(random(32), random(32)));
        for (int i = 0; i < PIECES; i++) {
            WriteAnswer answer = server.write(index, 0, secret, (long) i * PIECE_BYTES, ByteStream.of(piece));
            boolean complete = answer instanceof WriteAnswer.Written written && written.complete();
            if (complete != (i == PIECES - 1)) {
                throw new IOException("the node answered " + answer);
            }
        }
    }

    private static void read(StorageServer server, StorageIndex index) throws IOException {
        var read = ByteBuffer.allocate(PIECE_BYTES);
        for (int i = 0; i < PIECES; i++) {
            try (var data = server.read(ShareKind.IMMUTABLE, index, 0, (long) i * PIECE_BYTES, PIECE_BYTES)
                    .orElseThrow()) {
                data.readFully(read.clear());
            }
        }
    }

    /// What the disk takes, synced at the end.
    private double dd() throws IOException, InterruptedException {
        Path file = folder.resolve("dd");
        long begin = System.nanoTime();
        var command = List.of("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + CLIENTS * PIECES, "conv=fsync");
        var dd = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (dd.waitFor() != 0) {
            throw new IOException("dd failed");
        }
        double rate = CLIENTS * CLIENT_BYTES / ((System.nanoTime() - begin) / 1e9);
        Files.delete(file);
        return rate;
    }
}
