package org.truckee.client.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.Metadata;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

@Timeout(60)
class TreeWalkTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final List<String> TREE = List.of(
            "/", "/a", "/a/1", "/a/2", "/a/deep", "/a/deep/er", "/a/deep/er/file", "/b", "/c", "/c/small", "/z");

    private final MemoryGrid servers = new MemoryGrid(5);
    private final Grid grid = Stored.grid(servers, new Encoding(2, 5), 3, KEYS, InstantSource.system());
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private GridFiles files = grid.files(root);

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    @AfterEach
    void close() {
        grid.close();
        servers.close();
    }

    @BeforeEach
    void plant() throws IOException {
        root = grid.directories().create();
        files = grid.files(root);
        for (String directory : List.of("/a", "/a/deep", "/a/deep/er", "/c")) {
            files.makeDirectory(GridPath.parse(directory), FileMetadata.NONE);
        }
        for (String file : List.of("/a/1", "/a/2", "/a/deep/er/file", "/b", "/z")) {
            put(file, 100);
        }
        put("/c/small", 10);
    }

    private void put(String path, int bytes) throws IOException {
        var contents = new byte[bytes];
        new Random(path.hashCode()).nextBytes(contents);
        files.put(GridPath.parse(path), Plaintext.of(contents));
    }

    private static String text(List<String> path) {
        return "/" + String.join("/", path);
    }

    private List<Met> walk(Optional<List<String>> behind) throws IOException {
        List<Met> met = new ArrayList<>();
        new TreeWalk(grid.directories(), cap -> grid.checker().check(cap, CheckOptions.LOOK), met::add)
                .over(root, behind);
        return met;
    }

    private static List<String> paths(List<Met> met) {
        return met.stream().map(Met::path).map(TreeWalkTest::text).toList();
    }

    private void link(String name, Cap cap) throws IOException {
        grid.directories().change(root, names -> names.put(new Entry(name, Child.of(cap), Metadata.empty())));
    }

    @Test
    void whatNobodyForesawIsPassedOver() throws IOException {
        List<Met> met = new ArrayList<>();
        new TreeWalk(
                        grid.directories(),
                        cap -> {
                            throw new IllegalStateException("nobody thought of this");
                        },
                        met::add)
                .over(root);
        assertThat(paths(met)).isEqualTo(TREE);
        assertThat(met).hasOnlyElementsOfType(Met.Unreadable.class);
    }

    @Test
    void everythingIsMetInOrder() throws IOException {
        List<Met> met = walk(Optional.empty());
        assertThat(paths(met)).isEqualTo(TREE);
        assertThat(met.stream().filter(Met.Literal.class::isInstance)).hasSize(1);
        assertThat(met.stream()
                        .reduce(WalkCounts.NONE, WalkCounts::with, (a, _) -> a)
                        .full())
                .isEqualTo(TREE.size() - 1);
    }

    @Test
    void directoryThatContainsItselfIsMetOnce() throws IOException {
        link("circle", root);
        link("again", files.cap(GridPath.parse("/a/1")));
        assertThat(paths(walk(Optional.empty()))).isEqualTo(TREE);
    }

    @Test
    void whatCannotBeReadIsToldAndPassedOver() throws IOException {
        var lost = (MutableWriteCap) ((DirectoryCap) files.cap(GridPath.parse("/a/deep"))).file();
        StorageIndex index = lost.readOnly().readKey().storageIndex();
        for (var server : servers.servers()) {
            for (int share = 0; share < 5; share++) {
                server.setShare(ShareKind.MUTABLE, index, share, new byte[0]);
            }
        }
        link("future", new UnknownCap("URI:NEW:thing"));
        try (var other = Stored.grid(servers, new Encoding(2, 5), 3, KEYS, InstantSource.system())) {
            List<Met> met = new ArrayList<>();
            new TreeWalk(other.directories(), cap -> other.checker().check(cap, CheckOptions.LOOK), met::add)
                    .over(root);
            assertThat(paths(met))
                    .containsExactly("/", "/a", "/a/1", "/a/2", "/a/deep", "/b", "/c", "/c/small", "/future", "/z");
            var counts = met.stream().reduce(WalkCounts.NONE, WalkCounts::with, (a, _) -> a);
            assertThat(counts.unreadable()).as("each once").isEqualTo(2);
            assertThat(met.stream().filter(Met.Unreadable.class::isInstance))
                    .extracting(each -> text(each.path()))
                    .containsExactly("/future");
        }
    }

    @Test
    void walkGoesOnBehindWhatWasMetLast() throws IOException {
        for (int i = 0; i < TREE.size(); i++) {
            List<String> last =
                    i == 0 ? List.of() : List.of(TREE.get(i).substring(1).split("/"));
            assertThat(paths(walk(Optional.of(last))))
                    .as("behind %s", last)
                    .isEqualTo(TREE.subList(i + 1, TREE.size()));
        }
        assertThat(paths(walk(Optional.of(List.of("a", "gone", "file")))))
                .as("behind what is not there any more")
                .isEqualTo(TREE.subList(TREE.indexOf("/b"), TREE.size()));
    }

    @Test
    void uploadsAndARepairingWalkDoNotHarmEachOther() throws Exception {
        var repair = new CheckOptions(true, CheckOptions.ALL, true, Optional.empty());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var uploading = threads.submit((Callable<Void>) () -> {
                for (int file = 0; file < 30; file++) {
                    put("/c/new" + file, 3000);
                }
                return null;
            });
            while (!uploading.isDone()) {
                List<Met> met = new ArrayList<>();
                new TreeWalk(grid.directories(), cap -> grid.checker().check(cap, repair), met::add).over(root);
                assertThat(met).noneMatch(Met.Unreadable.class::isInstance);
            }
            uploading.get();
        }
        var counts = walk(Optional.empty()).stream().reduce(WalkCounts.NONE, WalkCounts::with, (a, _) -> a);
        assertThat(counts.full()).isEqualTo(TREE.size() - 1 + 30);
        for (var server : servers.servers()) {
            assertThat(server.openUploads()).isZero();
        }
        try (var file = files.open(GridPath.parse("/c/new7"))) {
            assertThat(file.read(0, new byte[3000], 0, 3000)).isEqualTo(3000);
        }
    }

    @Test
    void listenerEndsTheWalk() {
        assertThatThrownBy(() -> new TreeWalk(
                                grid.directories(), cap -> grid.checker().check(cap, CheckOptions.LOOK), _ -> {
                                    throw new IOException("enough");
                                })
                        .over(root))
                .hasMessage("enough");
    }

    @Test
    void everyIndexIsToldApart() {
        var seen = new SeenIndexes();
        Set<StorageIndex> all = new HashSet<>();
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            var bytes = new byte[StorageIndex.BYTES];
            random.nextBytes(bytes);
            var index = new StorageIndex(bytes);
            assertThat(seen.add(index)).isEqualTo(all.add(index));
            assertThat(seen.add(index)).isFalse();
        }
        assertThat(seen.add(new StorageIndex(new byte[16]))).isTrue();
        assertThat(seen.add(new StorageIndex("same".repeat(4).getBytes(UTF_8)))).isTrue();
    }
}
