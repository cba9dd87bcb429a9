package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Encoding;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;

/// A small tree whose files are opened, written, renamed over one another, linked and removed while others have them
/// open and closes are under way, against one in memory.
class TreeModelTest {
    private static final KeyPool KEYS = new KeyPool(2, new SecureRandom());
    private static final int STEPS = 400;
    private static final List<String> NAMES = List.of("a", "b", "c", "d/a", "d/b");

    @TempDir
    Path folder;

    private final MemoryGrid servers = new MemoryGrid(3);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// What a name stands for in the model.
    private static final class Node {
        private byte[] bytes = new byte[0];

        void write(int offset, byte[] data) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, offset + data.length));
            System.arraycopy(data, 0, bytes, offset, data.length);
        }
    }

    private record Opened(TreeFile file, Node node) {}

    private final Map<GridPath, Node> model = new HashMap<>();
    private final List<Opened> opened = new ArrayList<>();
    private final List<Future<?>> closing = new ArrayList<>();
    private Tree tree;

    @AfterEach
    void close() {
        threads.shutdownNow();
        servers.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        var policy = new UploadPolicy(new Encoding(1, 3), 2, new ConvergenceSecret(new byte[32]));
        var grid = new Grid(
                servers, new LeaseSecret(new byte[32]), policy, 3, KEYS, new SecureRandom(), InstantSource.system());
        var staging = Staging.open(folder, new byte[Staging.KEY_BYTES], OptionalLong.empty(), new SecureRandom());
        tree = new Trees(grid, staging, () -> 1000, InstantSource.system())
                .tree(grid.directories().create());
        tree.makeDirectory(GridPath.parse("d"), FileMetadata.NONE);
    }

    private static byte[] contents(TreeFile file) throws IOException {
        var bytes = new byte[200_000];
        return Arrays.copyOf(bytes, Math.max(0, file.read(0, bytes, 0, bytes.length)));
    }

    /// One byte, so that many files look the same on the grid; or some that no other file has.
    private static byte[] data(Random random) {
        if (random.nextInt(4) == 0) {
            return new byte[1];
        }
        var data = new byte[random.nextInt(3) == 0 ? 40_000 : 2 + random.nextInt(200)];
        random.nextBytes(data);
        return data;
    }

    private void step(Random random) throws Exception {
        GridPath path = GridPath.parse(NAMES.get(random.nextInt(NAMES.size())));
        GridPath other = GridPath.parse(NAMES.get(random.nextInt(NAMES.size())));
        byte[] data = data(random);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> open(path, random.nextInt(3) == 0);
            case 3, 4, 5 -> {
                if (!opened.isEmpty()) {
                    Opened file = opened.get(random.nextInt(opened.size()));
                    int offset = data.length == 1 ? 0 : random.nextInt(50_000);
                    file.file().write(offset, data, 0, data.length);
                    file.node().write(offset, data);
                }
            }
            case 6, 7 -> {
                if (!opened.isEmpty()) {
                    TreeFile file = opened.remove(random.nextInt(opened.size())).file();
                    closing.add(threads.submit(() -> {
                        tree.close(file, CloseRule.GRID);
                        return null;
                    }));
                }
            }
            case 8 -> {
                if (model.containsKey(path) && !path.equals(other)) {
                    tree.rename(path, other, RenameRule.REPLACE);
                    model.put(other, model.remove(path));
                }
            }
            case 9 -> {
                if (model.containsKey(path) && !model.containsKey(other)) {
                    tree.hardLink(path, other);
                    tree.remove(path);
                    model.put(other, model.remove(path));
                } else if (model.remove(path) != null) {
                    tree.remove(path);
                }
            }
            default -> throw new AssertionError();
        }
    }

    private void open(GridPath path, boolean truncate) throws IOException {
        if (opened.size() < 4) {
            TreeFile file = tree.open(path, new OpenMode(1 | 2 | 8 | (truncate ? 16 : 0)), FileMetadata.NONE);
            Node node = model.computeIfAbsent(path, _ -> new Node());
            if (truncate) {
                node.bytes = new byte[0];
            }
            opened.add(new Opened(file, node));
        }
    }

    private void compare(String after) throws IOException {
        for (Opened file : opened) {
            assertThat(contents(file.file())).as("%s: what is open", after).isEqualTo(file.node().bytes);
        }
        for (String name : NAMES) {
            compare(after, GridPath.parse(name));
        }
    }

    private void compare(String after, GridPath path) throws IOException {
        try {
            TreeFile file = tree.open(path, OpenMode.LOOK, FileMetadata.NONE);
            assertThat(model).as("%s: %s is there", after, path).containsKey(path);
            assertThat(contents(file)).as("%s: %s", after, path).isEqualTo(model.getOrDefault(path, new Node()).bytes);
            tree.leave(file);
        } catch (NoSuchFileException e) {
            assertThat(model).as("%s: %s is not there", after, path).doesNotContainKey(path);
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("truckee.model.seeds", 4));
    }

    /// `-Dtruckee.model.seeds` says how many of them.
    @ParameterizedTest
    @MethodSource("seeds")
    void isWhatALocalOneIs(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            step(random);
            if (random.nextInt(10) == 0) {
                compare("seed " + seed + ", step " + i);
            }
        }
        for (Opened file : List.copyOf(opened)) {
            opened.remove(file);
            tree.close(file.file(), CloseRule.GRID);
        }
        for (Future<?> close : closing) {
            close.get();
        }
        compare("seed " + seed + ", in the end");
        assertThat(folder).isEmptyDirectory();
    }
}
