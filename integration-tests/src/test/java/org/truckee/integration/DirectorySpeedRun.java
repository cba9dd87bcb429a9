package org.truckee.integration;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.Metadata;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.grid.Line;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;

/// How long changes of directories take on five storage nodes, each a process of its own on this machine. Prints;
/// fails only if something cannot be done. Only where it is asked for:
///
/// ```
/// ./mvnw verify -pl integration-tests -am -Dtest=DirectorySpeedRun -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dby.hand=true
/// ```
@EnabledIfSystemProperty(named = "by.hand", matches = "true")
class DirectorySpeedRun {
    private static final int NODES = 5;
    private static final int KEYS = 64;

    /// So often a thousand files are added before anything is measured.
    private static final int WARMING = 8;

    @TempDir
    Path folder;

    private final Random random = new Random(1);

    private interface Measurement {
        void with(Grid grid) throws Exception;
    }

    @Test
    void measure() throws Exception {
        List<StorageProcess> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(StorageProcess.create(folder.resolve("node" + i)));
            }
            List<Furl> furls = new ArrayList<>();
            for (StorageProcess node : nodes) {
                furls.add(node.awaitReady());
            }
            over(furls, Duration.ZERO, 0, this::emptyPool);
            over(furls, Duration.ZERO, 0, this::nearby);
            over(furls, Duration.ofMillis(20), 0, this::farAway);
            over(furls, Duration.ofMillis(5), 8_000_000, this::slowUplink);
        } finally {
            nodes.forEach(StorageProcess::close);
        }
    }

    private void over(List<Furl> furls, Duration oneWay, long bitsPerSecond, Measurement measurement) throws Exception {
        var uplink = new SlowLine.Uplink(oneWay, bitsPerSecond, Duration.ZERO);
        List<SlowLine> lines = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        boolean direct = oneWay.isZero() && bitsPerSecond == 0;
        for (Furl furl : furls) {
            Location place = furl.locations().getFirst();
            if (!direct) {
                var line = new SlowLine(place.port(), uplink);
                lines.add(line);
                place = new Location(place.host(), line.port());
            }
            addresses.add(Furl.of(furl.tubId(), List.of(place), furl.swissnum()).uri());
        }
        Files.write(folder.resolve("furls"), addresses);
        var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try (var line = new Line();
                var keys = new KeyPool(KEYS, new SecureRandom());
                var grid = WriterMain.grid(WriterMain.servers(folder, loops, line, 0), keys)) {
            measurement.with(grid);
        } finally {
            for (SlowLine line : lines) {
                line.close();
            }
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /// Also warms everybody up: a virtual machine is slow until it has compiled what it runs.
    private void emptyPool(Grid grid) throws Exception {
        GridFiles files = grid.files(grid.directories().create());
        long start = System.nanoTime();
        makeDirectories(files, "d", 260);
        System.out.printf("260 mkdirs from an empty pool of keys: %.1f s%n", (System.nanoTime() - start) / 1e9);
        System.out.printf("1,000 files of 4 KiB by 8 threads, at first: %.0f files/s%n", sideBySide(grid));
    }

    private void nearby(Grid grid) throws Exception {
        for (int i = 0; i < WARMING; i++) {
            sideBySide(grid);
        }
        for (int i = 0; i < 3; i++) {
            System.out.printf("1,000 files of 4 KiB by 8 threads: %.0f files/s%n", sideBySide(grid));
        }
        TimeUnit.SECONDS.sleep(8); // keys are made meanwhile
        print("mkdir", median(makeDirectories(grid.files(grid.directories().create()), "m", 40)));
        for (int size : new int[] {200, 100, 1_000, 10_000}) {
            DirectoryCap directory = filled(grid, size);
            long bytes = bytesOf(directory);
            print(
                    "a file of 4 KiB into a directory of " + size,
                    median(addFiles(grid.files(directory), "g", size > 1000 ? 11 : 41)));
            System.out.printf("  published for it: %,d bytes%n", bytes);
        }
    }

    private double sideBySide(Grid grid) throws Exception {
        DirectoryCap directory = grid.directories().create();
        long start = System.nanoTime();
        addSideBySide(grid.files(directory), 1000, 8);
        return 1000 / ((System.nanoTime() - start) / 1e9);
    }

    private void farAway(Grid grid) throws Exception {
        GridFiles files = grid.files(filled(grid, 200));
        makeDirectories(files, "warm", 3);
        print("40 ms away: mkdir", median(makeDirectories(files, "m", 10)));
        print("40 ms away: a file of 4 KiB", median(addFiles(files, "f", 10)));
    }

    private void slowUplink(Grid grid) throws Exception {
        long start = System.nanoTime();
        DirectoryCap directory = filled(grid, 10_000);
        print("8 Mbit/s: filling a directory with 10,000 entries at once", List.of(System.nanoTime() - start));
        print("8 Mbit/s: a file of 4 KiB into it", addFiles(grid.files(directory), "f", 1));
    }

    private static List<Long> makeDirectories(GridFiles files, String prefix, int count) throws IOException {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            files.makeDirectory(GridPath.parse("/" + prefix + i), FileMetadata.NONE);
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }

    private List<Long> addFiles(GridFiles files, String prefix, int count) throws IOException {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Plaintext contents = contents();
            long start = System.nanoTime();
            files.put(GridPath.parse("/" + prefix + i), contents);
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }

    private Plaintext contents() {
        var bytes = new byte[4096];
        random.nextBytes(bytes);
        return Plaintext.of(bytes);
    }

    private void addSideBySide(GridFiles files, int count, int threads) throws Exception {
        List<Callable<List<Long>>> work = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String prefix = "t" + i + "-";
            work.add(() -> addFiles(files, prefix, count / threads));
        }
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (var done : pool.invokeAll(work)) {
                done.get();
            }
        }
    }

    /// A directory with so many entries, made by one change.
    private static DirectoryCap filled(Grid grid, int entries) throws IOException {
        DirectoryCap directory = grid.directories().create();
        Instant now = Instant.now();
        // as long as the capability of a file
        var child = Child.of(new LiteralCap(new byte[55]));
        grid.directories().change(directory, names -> {
            for (int i = 0; i < entries; i++) {
                names.put(new Entry(
                        "an ordinary name " + i, child, Metadata.empty().linkedAt(now)));
            }
        });
        return directory;
    }

    /// What all copies of a directory take.
    private long bytesOf(DirectoryCap directory) throws IOException {
        String index = ((MutableWriteCap) directory.file())
                .readOnly()
                .readKey()
                .storageIndex()
                .toString();
        long bytes = 0;
        for (int i = 0; i < NODES; i++) {
            Path slot = folder.resolve("node" + i).resolve("storage/shares").resolve(index.substring(0, 2));
            try (Stream<Path> copies = Files.list(slot.resolve(index))) {
                bytes += copies.mapToLong(file -> file.toFile().length()).sum();
            }
        }
        return bytes;
    }

    private static List<Long> median(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(n -> n).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).limit(1).boxed().toList();
    }

    private static void print(String what, List<Long> nanos) {
        System.out.printf("%s: %.1f ms%n", what, nanos.getFirst() / 1e6);
    }
}
