package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.grid.Line;
import org.truckee.client.mutable.KeyPool;

/// Processes that write one directory at the same time, while storage nodes are killed and started again, answers are
/// lost after what was asked was done, and a node is reachable for one writer only. `soak/directory-writers` does it
/// for longer.
@Tag("processes")
class DirectoryWritersTest {
    private static final int NODES = 5;
    private static final int NAMES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String ADDED = "added ";

    @TempDir
    Path folder;

    static LongStream seeds() {
        long first = Long.getLong("seed", 1);
        return LongStream.range(first, first + Long.getLong("runs", 3));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void allAcknowledgedNamesAreThere(long seed) throws Exception {
        List<StorageProcess> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(StorageProcess.create(folder.resolve("node" + i)));
            }
            List<String> addresses = new ArrayList<>();
            for (StorageProcess node : nodes) {
                addresses.add(node.awaitReady().uri());
            }
            Files.write(folder.resolve("furls"), addresses);
            makeDirectory();
            var random = new Random(seed);
            write(List.of("a", "b"), nodes, random, seed);
            expectNamesOf(List.of("a", "b"));
            write(List.of("c", "d", "e", "f"), nodes, random, seed);
            expectNamesOf(List.of("a", "b", "c", "d", "e", "f"));
        } finally {
            nodes.forEach(StorageProcess::close);
        }
    }

    private interface Work {
        void with(Grid grid) throws IOException;
    }

    private void withGrid(Work work) throws IOException {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (var line = new Line();
                var keys = new KeyPool(1, new SecureRandom());
                var grid = WriterMain.grid(WriterMain.servers(folder, loops, line, 0), keys)) {
            work.with(grid);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void makeDirectory() throws IOException {
        withGrid(grid -> Files.writeString(
                folder.resolve("directory"), grid.directories().create().uri()));
    }

    private void write(List<String> names, List<StorageProcess> nodes, Random random, long seed) throws Exception {
        long start = System.nanoTime();
        List<Process> writers = new ArrayList<>();
        try {
            int exclusive = random.nextInt(NODES);
            for (String name : names) {
                writers.add(writer(name, seed, writers.isEmpty() ? -1 : exclusive));
            }
            while (writers.stream().anyMatch(Process::isAlive)) {
                killOne(nodes.get(random.nextInt(NODES)), writers, random);
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("names added: %s", added(names).size())
                        .isLessThan(PATIENCE);
            }
        } finally {
            writers.forEach(Process::destroyForcibly);
        }
        System.out.printf(
                "seed %d: %d writers, %d names each: %.1f s%n",
                seed, names.size(), NAMES, (System.nanoTime() - start) / 1e9);
        for (int i = 0; i < names.size(); i++) {
            String said = Files.readString(folder.resolve("writer-" + names.get(i)));
            assertThat(writers.get(i).exitValue()).as(said).isZero();
        }
    }

    /// The names of which these writers were told that they are there.
    private List<String> added(List<String> writers) throws IOException {
        List<String> names = new ArrayList<>();
        for (String writer : writers) {
            Files.readAllLines(folder.resolve("writer-" + writer)).stream()
                    .filter(line -> line.startsWith(ADDED))
                    .forEach(line -> names.add(line.substring(ADDED.length())));
        }
        return names;
    }

    private static void killOne(StorageProcess node, List<Process> writers, Random random) throws Exception {
        if (!allEnd(writers, 500 + random.nextInt(2000))) {
            node.kill();
            allEnd(writers, random.nextInt(1000));
            node.startAgain();
            node.awaitReady();
        }
    }

    /// Waits; says whether all writers have ended meanwhile.
    private static boolean allEnd(List<Process> writers, int millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean all = true;
        for (Process writer : writers) {
            all &= writer.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    private Process writer(String name, long seed, int unreachable) throws IOException {
        List<String> command = new ArrayList<>(StorageProcess.javaCommand());
        command.addAll(List.of(
                WriterMain.class.getName(),
                folder.toString(),
                name,
                Integer.toString(NAMES),
                Long.toString(seed),
                Integer.toString(unreachable)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("writer-" + name).toFile())
                .start();
    }

    private void expectNamesOf(List<String> writers) throws IOException {
        withGrid(grid -> {
            var directory = (DirectoryCap) Cap.parse(Files.readString(folder.resolve("directory")));
            List<String> added = added(writers);
            assertThat(added).hasSize(writers.size() * NAMES);
            assertThat(grid.directories().read(directory).entries().keySet())
                    .containsExactlyInAnyOrderElementsOf(added);
        });
    }
}
