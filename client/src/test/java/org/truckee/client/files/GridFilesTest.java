package org.truckee.client.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.UnhappyUploadException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;

class GridFilesTest {
    private final MemoryGrid servers = new MemoryGrid(5);
    private GridFiles files;

    @BeforeEach
    void makeRoot() throws IOException {
        var policy = new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32]));
        var grid =
                new Grid(servers, new LeaseSecret(new byte[32]), policy, 5, new SecureRandom(), InstantSource.system());
        files = grid.files(grid.directories().create());
    }

    private static GridPath path(String text) {
        return GridPath.parse(text);
    }

    private void put(String path, String text) throws IOException {
        files.put(path(path), Plaintext.of(text.getBytes(UTF_8)));
    }

    private byte[] bytes(String path) throws IOException {
        try (var file = files.open(path(path))) {
            var bytes = new byte[(int) file.size()];
            int read = Math.max(0, file.read(0, bytes, 0, bytes.length));
            assertThat(read).isEqualTo(bytes.length);
            assertThat(file.read(bytes.length, new byte[1], 0, 1)).isEqualTo(-1);
            return bytes;
        }
    }

    private String text(String path) throws IOException {
        return new String(bytes(path), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 55, 56, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000})
    void fileComesBackAsItWasPut(int size) throws IOException {
        var contents = new byte[size];
        new Random(size).nextBytes(contents);
        files.put(path("/f"), Plaintext.of(contents));
        assertThat(bytes("/f")).isEqualTo(contents);
        assertThat(files.stat(path("/f")).bytes()).isEqualTo(size);
    }

    @Test
    void anyPartOfAFileIsRead() throws IOException {
        var contents = new byte[2_500_000];
        new Random(1).nextBytes(contents);
        files.put(path("/f"), Plaintext.of(contents));
        try (var file = files.open(path("/f"))) {
            for (int at : new int[] {0, 1, 1 << 20, (1 << 20) - 3, 2_499_990}) {
                var part = new byte[17];
                int read = file.read(at, part, 0, part.length);
                assertThat(read).isEqualTo(Math.min(17, contents.length - at));
                assertThat(part).startsWith(Arrays.copyOfRange(contents, at, at + read));
            }
        }
    }

    @Test
    void everythingIsReadWithAnyTwoServersAway() throws IOException {
        files.makeDirectory(path("/d"));
        put("/d/f", "x".repeat(10_000));
        for (int one = 0; one < 5; one++) {
            for (int other = 0; other < one; other++) {
                servers.takeAway(one);
                servers.takeAway(other);
                assertThat(text("/d/f")).hasSize(10_000);
                servers.bringBack(one);
                servers.bringBack(other);
            }
        }
    }

    @Test
    void fileNeedsAsManySharesAsItNeeds() throws IOException {
        put("/f", "x".repeat(100));
        for (int i = 0; i < 4; i++) {
            servers.takeAway(i);
        }
        assertThatThrownBy(() -> text("/f")).isInstanceOf(NotEnoughSharesException.class);
    }

    @Test
    void uploadIsUnhappyWithTwoServersWhereThreeAreNeeded() {
        for (int i = 0; i < 3; i++) {
            servers.takeAway(i);
        }
        assertThatThrownBy(() -> put("/f", "x".repeat(100)))
                .isInstanceOf(UnhappyUploadException.class)
                .hasMessage("shares.happy is 3 but only 2 servers can be given a share of their own;"
                        + " 2 servers are connected");
        assertThat(servers.servers()).allMatch(server -> server.openUploads() == 0);
    }

    @Test
    void directoriesAreListedInOrder() throws IOException {
        files.makeDirectory(path("/b"));
        put("/a", "1");
        put("/b/c", "22");
        assertThat(files.list(path("/")).keySet()).containsExactly("a", "b");
        assertThat(files.list(path("/b")).get("c"))
                .satisfies(status -> assertThat(status.bytes()).isEqualTo(2));
        assertThat(files.stat(path("/b")).isDirectory()).isTrue();
    }

    @Test
    void putReplacesAFileButNoDirectory() throws IOException {
        put("/f", "old");
        put("/f", "new");
        assertThat(text("/f")).isEqualTo("new");
        files.makeDirectory(path("/d"));
        assertThatThrownBy(() -> put("/d", "x")).isInstanceOf(FileSystemException.class);
    }

    @Test
    void whatIsNotThereIsSaidToBeNotThere() throws IOException {
        put("/f", "x");
        assertThatThrownBy(() -> files.stat(path("/näh"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.open(path("/no/where"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.list(path("/f"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> files.remove(path("/no"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.rename(path("/no"), path("/x"), false)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onlyEmptyDirectoriesAreRemoved() throws IOException {
        files.makeDirectory(path("/d"));
        put("/d/f", "x");
        assertThatThrownBy(() -> files.removeDirectory(path("/d"))).isInstanceOf(DirectoryNotEmptyException.class);
        files.remove(path("/d/f"));
        files.removeDirectory(path("/d"));
        assertThat(files.list(path("/"))).isEmpty();
    }

    @Test
    void nameIsTakenOnce() throws IOException {
        files.makeDirectory(path("/d"));
        assertThatThrownBy(() -> files.makeDirectory(path("/d"))).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void renameKeepsTheFile() throws IOException {
        files.makeDirectory(path("/d"));
        put("/f", "x");
        files.rename(path("/f"), path("/g"), false);
        files.rename(path("/g"), path("/d/h"), false);
        assertThat(text("/d/h")).isEqualTo("x");
        assertThat(files.list(path("/")).keySet()).containsExactly("d");
    }

    @Test
    void renameReplacesOnlyWhenAskedTo() throws IOException {
        put("/a", "a");
        put("/b", "b");
        assertThatThrownBy(() -> files.rename(path("/a"), path("/b"), false))
                .isInstanceOf(FileAlreadyExistsException.class);
        files.rename(path("/a"), path("/b"), true);
        assertThat(text("/b")).isEqualTo("a");
        assertThat(files.list(path("/")).keySet()).containsExactly("b");
    }

    @Test
    void directoryIsNotMovedIntoItself() throws IOException {
        files.makeDirectory(path("/d"));
        assertThatThrownBy(() -> files.rename(path("/d"), path("/d/e"), false)).isInstanceOf(FileSystemException.class);
    }

    @Test
    void filesPutAtTheSameTimeAreAllThere() throws Exception {
        var puts = new ArrayList<Callable<Void>>();
        for (int i = 0; i < 20; i++) {
            String name = "/f" + i;
            puts.add(() -> {
                put(name, name);
                return null;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var put : threads.invokeAll(puts)) {
                put.get();
            }
        }
        assertThat(files.list(path("/"))).hasSize(20);
        assertThat(text("/f13")).isEqualTo("/f13");
    }
}
