package org.truckee.client.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.cap.WriteCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.directory.Metadata;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.UnhappyUploadException;
import org.truckee.client.mutable.KeyPool;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;

class GridFilesTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());

    private final MemoryGrid servers = new MemoryGrid(5);
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private final Grid grid = client();
    private GridFiles files = grid.files(root);
    private GridFiles readOnlyFiles = files;

    private Grid client() {
        return new Grid(
                servers,
                new LeaseSecret(new byte[32]),
                new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32])),
                5,
                KEYS,
                new SecureRandom(),
                InstantSource.system());
    }

    @BeforeEach
    void makeRoot() throws IOException {
        root = grid.directories().create();
        files = grid.files(root);
        readOnlyFiles = grid.files(new DirectoryCap(((WriteCap) root.file()).readOnly()));
    }

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    @AfterEach
    void close() {
        grid.close();
        servers.close();
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
        files.makeDirectory(path("/d"), FileMetadata.NONE);
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
                .hasMessageStartingWith("shares.happy is 3 but only 2 servers can be given a share of their own;"
                        + " 2 servers are connected: server ");
        assertThat(servers.servers()).allMatch(server -> server.openUploads() == 0);
    }

    @Test
    void directoriesAreListedInOrder() throws IOException {
        files.makeDirectory(path("/b"), FileMetadata.NONE);
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
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        assertThatThrownBy(() -> put("/d", "x")).isInstanceOf(FileSystemException.class);
    }

    @Test
    void whatIsNotThereIsSaidToBeNotThere() throws IOException {
        put("/f", "x");
        assertThatThrownBy(() -> files.stat(path("/näh"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.open(path("/no/where"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.list(path("/f"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> files.remove(path("/no"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.rename(path("/no"), path("/x"), RenameRule.IF_ABSENT))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onlyEmptyDirectoriesAreRemoved() throws IOException {
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        put("/d/f", "x");
        assertThatThrownBy(() -> files.removeDirectory(path("/d"))).isInstanceOf(DirectoryNotEmptyException.class);
        files.remove(path("/d/f"));
        files.removeDirectory(path("/d"));
        assertThat(files.list(path("/"))).isEmpty();
    }

    @Test
    void nameIsTakenOnce() throws IOException {
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        assertThatThrownBy(() -> files.makeDirectory(path("/d"), FileMetadata.NONE))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void renameKeepsTheFile() throws IOException {
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        put("/f", "x");
        files.rename(path("/f"), path("/g"), RenameRule.IF_ABSENT);
        files.rename(path("/g"), path("/d/h"), RenameRule.IF_ABSENT);
        assertThat(text("/d/h")).isEqualTo("x");
        assertThat(files.list(path("/")).keySet()).containsExactly("d");
    }

    static Stream<Arguments> cuts() {
        return Stream.of(RenameRule.values())
                .flatMap(rule -> Stream.of(Applied.values())
                        .flatMap(applied -> Stream.of(1, 2).map(write -> Arguments.of(rule, applied, write))));
    }

    /// From one of its two writes on the client hears no server any more, and then it is gone.
    @ParameterizedTest(name = "{0}: lost from write {2} on, applied {1}")
    @MethodSource("cuts")
    void renameThatIsCutShortLosesNothing(RenameRule rule, Applied applied, int write) throws Exception {
        files.makeDirectory(path("/x"), FileMetadata.NONE);
        files.makeDirectory(path("/y"), FileMetadata.NONE);
        put("/x/f", "contents");
        if (rule == RenameRule.REPLACE) {
            put("/y/g", "replaced");
        }
        long before = writes();
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).inject(new Fault.Drop(applied), Schedule.from(write), Call.READ_TEST_WRITE);
        }
        var renaming = new FutureTask<Void>(() -> {
            files.rename(path("/x/f"), path("/y/g"), rule);
            return null;
        });
        Thread client = Thread.ofVirtual().start(renaming);
        await().until(() -> writes() - before >= 5L * write);
        client.interrupt();
        assertThatThrownBy(renaming::get).hasCauseInstanceOf(IOException.class);
        servers.heal();
        try (var other = client()) {
            GridFiles seen = other.files(root);
            assertThat(isThere(seen, "/x/f") || isThere(seen, "/y/g")).isTrue();
        }
    }

    private long writes() {
        return IntStream.range(0, 5)
                .mapToLong(i -> servers.faulty(i).calls().stream()
                        .filter(call -> call == Call.READ_TEST_WRITE)
                        .count())
                .sum();
    }

    /// Whether `name` is that of the file that was renamed.
    private static boolean isThere(GridFiles files, String name) throws IOException {
        try (var file = files.open(path(name))) {
            var bytes = new byte["contents".length()];
            return file.read(0, bytes, 0, bytes.length) == bytes.length && new String(bytes, UTF_8).equals("contents");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void renameReplacesOnlyWhenAskedTo() throws IOException {
        put("/a", "a");
        put("/b", "b");
        assertThatThrownBy(() -> files.rename(path("/a"), path("/b"), RenameRule.IF_ABSENT))
                .isInstanceOf(FileAlreadyExistsException.class);
        files.rename(path("/a"), path("/b"), RenameRule.REPLACE);
        assertThat(text("/b")).isEqualTo("a");
        assertThat(files.list(path("/")).keySet()).containsExactly("b");
    }

    @Test
    void directoryIsNotMovedIntoItself() throws IOException {
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        assertThatThrownBy(() -> files.rename(path("/d"), path("/d/e"), RenameRule.IF_ABSENT))
                .isInstanceOf(FileSystemException.class);
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

    private static FileMetadata mode(int mode) {
        return FileMetadata.NONE.withMode(mode);
    }

    private ReadCap upload(String text) throws IOException {
        return files.upload(Plaintext.of(text.getBytes(UTF_8)));
    }

    private LinkIdentity identity(String path) throws IOException {
        return files.stat(path(path)).identity().orElseThrow();
    }

    @Test
    void fileIsLinkedUnderAFreeNameOnceOnly() throws IOException {
        files.link(path("/f"), upload("1"), FileMetadata.NONE, LinkRule.IF_ABSENT);
        var second = upload("2");
        assertThatThrownBy(() -> files.link(path("/f"), second, FileMetadata.NONE, LinkRule.IF_ABSENT))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(text("/f")).isEqualTo("1");
    }

    @Test
    void fileIsLinkedOnlyInPlaceOfWhatWasSeen() throws IOException {
        put("/f", "1");
        var rule = new LinkRule.IfStill(identity("/f"));
        var mine = upload("mine");
        put("/f", "2");
        assertThatThrownBy(() -> files.link(path("/f"), mine, FileMetadata.NONE, rule))
                .isInstanceOf(ChangedMeanwhileException.class);
        files.remove(path("/f"));
        assertThatThrownBy(() -> files.link(path("/f"), mine, FileMetadata.NONE, rule))
                .isInstanceOf(NoSuchFileException.class);
        put("/f", "1");
        files.link(path("/f"), mine, FileMetadata.NONE, rule);
        assertThat(text("/f")).isEqualTo("mine");
    }

    @Test
    void modeAndTimesAreKept() throws IOException {
        Instant then = Instant.ofEpochSecond(1_000_000_000);
        var said = new FileMetadata(
                OptionalInt.of(0640), Optional.of(then), Optional.of(then.plusSeconds(1)), Map.of("sha256", "ab"));
        files.link(path("/f"), upload("1"), said, LinkRule.REPLACE);
        assertThat(files.stat(path("/f"))).satisfies(status -> {
            assertThat(status.mode()).isEqualTo(0640);
            assertThat(status.modified()).isEqualTo(then);
            assertThat(status.accessed()).isEqualTo(then.plusSeconds(1));
            assertThat(status.checksums()).containsExactly(Map.entry("sha256", "ab"));
        });
    }

    @Test
    void replacedFileKeepsItsModeButNoTimesNorChecksums() throws IOException {
        Instant then = Instant.ofEpochSecond(1_000_000_000);
        var said = new FileMetadata(OptionalInt.of(0640), Optional.of(then), Optional.of(then), Map.of("sha256", "a"));
        files.link(path("/f"), upload("1"), said, LinkRule.REPLACE);
        put("/f", "2");
        assertThat(files.stat(path("/f"))).satisfies(status -> {
            assertThat(status.mode()).isEqualTo(0640);
            assertThat(status.modified()).isAfter(then);
            assertThat(status.checksums()).isEmpty();
        });
    }

    @Test
    void readOnlyFileIsNotReplacedButRenamedAndRemoved() throws IOException {
        files.link(path("/f"), upload("1"), mode(0444), LinkRule.IF_ABSENT);
        assertThat(files.stat(path("/f")).writable()).isFalse();
        assertThatThrownBy(() -> put("/f", "2")).isInstanceOf(AccessDeniedException.class);
        files.rename(path("/f"), path("/g"), RenameRule.IF_ABSENT);
        files.setAttributes(path("/g"), mode(0644));
        put("/g", "2");
        files.setAttributes(path("/g"), mode(0444));
        files.remove(path("/g"));
        assertThat(files.list(path("/"))).isEmpty();
    }

    @Test
    void modeTakesNoAuthorityFromADirectory() throws IOException {
        files.makeDirectory(path("/d"), mode(0555));
        put("/d/f", "x");
        assertThat(files.stat(path("/d")))
                .satisfies(status -> assertThat(status.mode()).isEqualTo(0555));
    }

    @Test
    void modeTakesNoAuthorityFromAMutableFile() throws IOException {
        Child file = Child.of(grid.mutableFiles().create("1".getBytes(UTF_8), MutableFormat.SDMF, new Encoding(2, 5)));
        grid.directories().change(root, names -> names.put(new Entry("f", file, Metadata.empty())));
        files.setAttributes(path("/f"), mode(0444));
        assertThat(files.stat(path("/f")).mode()).isEqualTo(0444);
        assertThat(files.stat(path("/f")).writable()).isTrue();
        assertThat(grid.directories().read(root).entries().get("f")).satisfies(entry -> {
            assertThat(entry.metadata().noWrite()).isFalse();
            assertThat(entry.child().write()).isEqualTo(file.write());
        });
    }

    @Test
    void whatOthersMarkedAsReadOnlyIsNotWritten() throws IOException {
        Child file = Child.of(grid.mutableFiles().create("1".getBytes(UTF_8), MutableFormat.SDMF, new Encoding(2, 5)));
        Child literal = Child.of(new LiteralCap("1".getBytes(UTF_8)));
        grid.directories().change(root, names -> {
            names.put(new Entry("mutable", file, Metadata.empty().withNoWrite(true)));
            names.put(new Entry("literal", literal, Metadata.empty().withNoWrite(true)));
        });
        for (String name : List.of("/mutable", "/literal")) {
            assertThat(files.stat(path(name)).writable()).as(name).isFalse();
            assertThatThrownBy(() -> put(name, "2")).as(name).isInstanceOf(AccessDeniedException.class);
            assertThat(text(name)).isEqualTo("1");
        }
    }

    @Test
    void hardLinkIsASecondNameOfTheFile() throws IOException {
        put("/f", "x");
        files.hardLink(path("/f"), path("/g"));
        assertThat(identity("/g")).isEqualTo(identity("/f"));
        files.remove(path("/f"));
        assertThat(text("/g")).isEqualTo("x");
    }

    @Test
    void renamedFileReplacesNoDirectoryAndADirectoryOnlyAnEmptyOne() throws IOException {
        put("/f", "x");
        files.makeDirectory(path("/full"), FileMetadata.NONE);
        put("/full/f", "x");
        files.makeDirectory(path("/empty"), FileMetadata.NONE);
        assertThatThrownBy(() -> files.rename(path("/f"), path("/empty"), RenameRule.REPLACE))
                .isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> files.rename(path("/empty"), path("/full"), RenameRule.REPLACE))
                .isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> files.rename(path("/full"), path("/f"), RenameRule.REPLACE))
                .isInstanceOf(NotDirectoryException.class);
        files.rename(path("/full"), path("/empty"), RenameRule.REPLACE);
        assertThat(text("/empty/f")).isEqualTo("x");
    }

    @Test
    void readOnlyTreeIsReadAndNotChanged() throws IOException {
        put("/f", "x");
        files.makeDirectory(path("/d"), FileMetadata.NONE);
        assertThat(readOnlyFiles.isReadOnly()).isTrue();
        assertThat(readOnlyFiles.list(path("/")).values()).noneMatch(FileStatus::writable);
        try (var file = readOnlyFiles.open(path("/f"))) {
            assertThat(file.size()).isEqualTo(1);
        }
        List<ThrowingCallable> changes = List.of(
                () -> readOnlyFiles.put(path("/g"), Plaintext.of(new byte[1])),
                () -> readOnlyFiles.put(path("/d/g"), Plaintext.of(new byte[1])),
                () -> readOnlyFiles.remove(path("/f")),
                () -> readOnlyFiles.removeDirectory(path("/d")),
                () -> readOnlyFiles.makeDirectory(path("/e"), FileMetadata.NONE),
                () -> readOnlyFiles.rename(path("/f"), path("/g"), RenameRule.REPLACE),
                () -> readOnlyFiles.setAttributes(path("/f"), mode(0600)));
        assertThat(changes).allSatisfy(change -> assertThatThrownBy(change).isInstanceOf(AccessDeniedException.class));
    }
}
