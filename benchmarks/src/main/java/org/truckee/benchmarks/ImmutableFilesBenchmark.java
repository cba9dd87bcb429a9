package org.truckee.benchmarks;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.Line;
import org.truckee.client.grid.ServerSources;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.immutable.Plaintext;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.node.NodeDirectory;

/// How fast do files go to five storage nodes and come back? 3-of-10, happy 5, every node a process of its own, all
/// on one machine; each round is a new file, uploaded and read back whole in pieces of 256 KiB.
///
/// ```
/// ImmutableFilesBenchmark LAUNCHER FOLDER MEGABYTES ROUNDS
/// ```
///
/// Prints one line per round and the medians.
public final class ImmutableFilesBenchmark {
    private static final int STORAGE_NODES = 5;
    private static final int PIECE_BYTES = 256 << 10;
    private static final int MEGA = 1_000_000;

    private ImmutableFilesBenchmark() {}

    /// Megabytes per second.
    private record Round(double up, double down) {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        int megabytes = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        var loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        try (var nodes = GridOfProcesses.start(arguments[0], folder, STORAGE_NODES)) {
            measure(loops, nodes, folder.resolve("file"), megabytes, rounds);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static void measure(
            MultiThreadIoEventLoopGroup loops, GridOfProcesses nodes, Path file, int megabytes, int rounds)
            throws IOException, InterruptedException {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var sources = ServerSources.of(NodeDirectory.open(nodes.gateway()), List.of());
        var policy = new ImmutableFiles.Policy(new Encoding(3, 10), 5, new ConvergenceSecret(new byte[32]));
        try (var servers = AnnouncedServers.follow(loops, new Line(), sources, clock);
                var files = new ImmutableFiles(
                        servers,
                        new LeaseSecret(new byte[32]),
                        Incarnations.unremembered(random),
                        policy,
                        new Transfers(clock),
                        random)) {
            if (!servers.awaitConnected(STORAGE_NODES, Duration.ofSeconds(30))) {
                throw new IOException("only " + servers.connected().size() + " storage nodes are connected");
            }
            List<Round> all = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                write(file, megabytes, round);
                all.add(round(files, file, megabytes));
                nodes.forgetShares();
                System.out.printf(
                        "round %d: up %.0f MB/s, down %.0f MB/s%n",
                        round, all.getLast().up(), all.getLast().down());
            }
            System.out.printf(
                    "median of %d: up %.0f MB/s, down %.0f MB/s; peak heap %d MB%n",
                    rounds,
                    median(all.stream().map(Round::up).toList()),
                    median(all.stream().map(Round::down).toList()),
                    peakHeap() / MEGA);
        }
    }

    private static void write(Path file, int megabytes, int seed) throws IOException {
        var random = new Random(seed);
        var piece = new byte[MEGA];
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    private static Round round(ImmutableFiles files, Path file, int megabytes) throws IOException {
        long start = System.nanoTime();
        ChkReadCap cap;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            cap = (ChkReadCap) files.upload(Plaintext.of(channel, channel.size()));
        }
        long uploaded = System.nanoTime();
        try (var open = files.open(cap)) {
            var piece = new byte[PIECE_BYTES];
            for (long at = 0; at < open.size(); at += piece.length) {
                open.read(at, piece, 0, piece.length);
            }
        }
        return new Round(rate(megabytes, uploaded - start), rate(megabytes, System.nanoTime() - uploaded));
    }

    private static double rate(int megabytes, long nanos) {
        return megabytes / (nanos / 1e9);
    }

    private static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
