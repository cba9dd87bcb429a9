package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.WriteCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;

class TreeTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());

    private static final OpenMode CREATE = new OpenMode(2 | 8 | 16);
    private static final OpenMode EXCLUSIVE = new OpenMode(2 | 8 | 32);
    private static final OpenMode UPDATE = new OpenMode(1 | 2);

    @TempDir
    Path folder;

    private final MemoryGrid servers = new MemoryGrid(5);
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private Grid grid = grid();
    private GridFiles files = grid.files(root);
    private Tree tree;

    private Grid grid() {
        var policy = new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32]));
        return new Grid(
                servers, new LeaseSecret(new byte[32]), policy, 5, KEYS, new SecureRandom(), InstantSource.system());
    }

    private Tree tree(GridFiles of) throws IOException {
        var staging = Staging.open(folder, new byte[Staging.KEY_BYTES], OptionalLong.empty(), new SecureRandom());
        return new Tree(root, of, staging, () -> 1000, InstantSource.system());
    }

    private void close(TreeFile file) throws IOException {
        tree.close(file, CloseRule.GRID);
    }

    @BeforeEach
    void makeRoot() throws IOException {
        folder = folder.toRealPath();
        root = grid.directories().create();
        files = grid.files(root);
        tree = tree(files);
    }

    @AfterEach
    void close() {
        servers.close();
        assertThat(folder).isEmptyDirectory();
    }

    private static GridPath path(String text) {
        return GridPath.parse(text);
    }

    private static void write(TreeFile file, long offset, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        file.write(offset, bytes, 0, bytes.length);
    }

    private static String text(TreeFile file) throws IOException {
        var bytes = new byte[100];
        return new String(bytes, 0, Math.max(0, file.read(0, bytes, 0, bytes.length)), UTF_8);
    }

    private TreeFile open(String path, OpenMode mode) throws IOException {
        return tree.open(path(path), mode, FileMetadata.NONE);
    }

    private void put(String path, String text) throws IOException {
        TreeFile file = open(path, CREATE);
        write(file, 0, text);
        close(file);
    }

    private String get(String path) throws IOException {
        TreeFile file = open(path, OpenMode.LOOK);
        try {
            return text(file);
        } finally {
            tree.leave(file);
        }
    }

    private boolean isOnGrid(String path) throws IOException {
        try {
            files.stat(path(path));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void aFileThatIsOpenForWritingIsThereForEverybodyHereAndNotYetOnTheGrid() throws IOException {
        TreeFile file = open("f", CREATE);
        write(file, 0, "hello");
        assertThat(tree.stat(path("f")).bytes()).isEqualTo(5);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("f");
        assertThat(get("f")).isEqualTo("hello");
        assertThat(isOnGrid("f")).isFalse();
        close(file);
        assertThat(isOnGrid("f")).isTrue();
        assertThat(tree.openAt(path("f"))).isEmpty();
    }

    @Test
    void aNewFileNeedsADirectoryThatTakesIt() throws IOException {
        put("f", "x");
        assertThatThrownBy(() -> open("nowhere/f", CREATE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> open("f/g", CREATE)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> open("/", CREATE)).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> open("nothing", UPDATE)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aReadOnlyTreeIsRead() throws IOException {
        put("f", "x");
        tree.makeDirectory(path("d"), FileMetadata.NONE);
        tree = tree(grid.files(new DirectoryCap(((WriteCap) root.file()).readOnly())));
        assertThat(get("f")).isEqualTo("x");
        assertThat(tree.isReadOnly()).isTrue();
        assertThat(tree.stat(path("f")).mode() & 0222).isZero();
        assertThatThrownBy(() -> open("f", UPDATE)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> open("g", CREATE)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> open("d/g", CREATE)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> open("g", EXCLUSIVE)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> tree.remove(path("f"))).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void oneWhoReadsSeesWhatAnotherWrites() throws IOException {
        put("f", "before");
        TreeFile reader = open("f", OpenMode.LOOK);
        TreeFile writer = open("f", UPDATE);
        write(writer, 2, "XX");
        assertThat(text(reader)).isEqualTo("beXXre");
        close(writer);
        assertThat(text(reader)).isEqualTo("beXXre");
        tree.leave(reader);
        assertThat(get("f")).isEqualTo("beXXre");
    }

    @Test
    void oneWhoReadsKeepsWhatWasThereWhenAnotherGatewayReplacesIt() throws IOException {
        put("f", "before");
        TreeFile reader = open("f", OpenMode.LOOK);
        files.put(path("f"), Plaintext.of("after".getBytes(UTF_8)));
        assertThat(get("f")).isEqualTo("after");
        assertThat(text(reader)).isEqualTo("before");
        tree.leave(reader);
    }

    @Test
    void exclusiveCreationKeepsTheNameForEverybody() throws IOException {
        TreeFile lock = tree.open(path("lock"), EXCLUSIVE, FileMetadata.NONE.withMode(0444));
        assertThat(isOnGrid("lock")).isTrue();
        assertThatThrownBy(() -> open("lock", EXCLUSIVE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> tree(files).open(path("lock"), EXCLUSIVE, FileMetadata.NONE))
                .isInstanceOf(FileAlreadyExistsException.class);
        write(lock, 0, "content");
        close(lock);
        assertThat(get("lock")).isEqualTo("content");
        assertThat(tree.stat(path("lock")).mode()).isEqualTo(0444);
        tree.rename(path("lock"), path("ref"), RenameRule.REPLACE);
        tree.remove(path("ref"));
        assertThat(tree.list(GridPath.ROOT)).isEmpty();
    }

    @Test
    void aPlaceholderIsNeverSeenUnderAnotherName() throws IOException {
        put("ref", "old");
        TreeFile lock = open("ref.lock", EXCLUSIVE);
        write(lock, 0, "new");
        tree.rename(path("ref.lock"), path("ref"), RenameRule.REPLACE);
        assertThat(files.stat(path("ref")).bytes()).isEqualTo(3);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("ref");
        assertThatThrownBy(() -> tree.stat(path("ref.lock"))).isInstanceOf(NoSuchFileException.class);
        // for other gateways it is there until the new contents are
        assertThat(files.stat(path("ref.lock")).bytes()).isZero();
        assertThat(get("ref")).isEqualTo("new");
        close(lock);
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("ref");
        assertThat(get("ref")).isEqualTo("new");
    }

    @Test
    void aLockCanBeTakenAgainBeforeWhatItGuardedIsPublished() throws IOException {
        TreeFile lock = open("ref.lock", EXCLUSIVE);
        write(lock, 0, "one");
        tree.rename(path("ref.lock"), path("ref"), RenameRule.REPLACE);
        TreeFile again = open("ref.lock", EXCLUSIVE);
        close(lock);
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("ref", "ref.lock");
        tree.remove(path("ref.lock"));
        close(again);
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("ref");
    }

    @Test
    void aFileThatIsRenamedWhileItIsWrittenHasTheNewNameInTheEnd() throws IOException {
        put("old", "contents");
        TreeFile file = open("old", UPDATE);
        write(file, 0, "C");
        tree.rename(path("old"), path("new"), RenameRule.IF_ABSENT);
        write(file, 7, "S");
        assertThatThrownBy(() -> tree.stat(path("old"))).isInstanceOf(NoSuchFileException.class);
        close(file);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("new");
        assertThat(get("new")).isEqualTo("ContentS");
    }

    @Test
    void aDirectoryThatMovesTakesTheFilesThatAreWrittenInItAlong() throws IOException {
        tree.makeDirectory(path("d"), FileMetadata.NONE);
        TreeFile file = open("d/f", CREATE);
        assertThatThrownBy(() -> tree.removeDirectory(path("d"))).isInstanceOf(DirectoryNotEmptyException.class);
        tree.rename(path("d"), path("e"), RenameRule.IF_ABSENT);
        write(file, 0, "x");
        close(file);
        assertThat(get("e/f")).isEqualTo("x");
    }

    @Test
    void aFileThatIsRemovedWhileItIsWrittenIsGone() throws IOException {
        put("f", "before");
        TreeFile file = open("f", CREATE);
        write(file, 0, "x");
        tree.remove(path("f"));
        assertThat(text(file)).isEqualTo("x");
        close(file);
        assertThat(tree.list(GridPath.ROOT)).isEmpty();
        TreeFile other = open("g", CREATE);
        tree.remove(path("g"));
        close(other);
        assertThat(tree.list(GridPath.ROOT)).isEmpty();
    }

    @Test
    void whatIsReplacedWhileItIsWrittenDoesNotComeBack() throws IOException {
        put("a", "a");
        TreeFile loser = open("b", CREATE);
        write(loser, 0, "loser");
        tree.rename(path("a"), path("b"), RenameRule.REPLACE);
        close(loser);
        assertThat(get("b")).isEqualTo("a");
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("b");
    }

    @Test
    void aFileThatIsWrittenCanGetASecondName() throws IOException {
        TreeFile file = open("tmp", CREATE);
        write(file, 0, "object");
        tree.hardLink(path("tmp"), path("final"));
        tree.remove(path("tmp"));
        close(file);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("final");
        assertThat(get("final")).isEqualTo("object");
        tree.hardLink(path("final"), path("again"));
        assertThat(get("again")).isEqualTo("object");
        assertThatThrownBy(() -> tree.hardLink(path("final"), path("again")))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void theLastOfSeveralHandlesLeavesEverythingBehind() throws IOException {
        TreeFile one = open("f", CREATE);
        TreeFile other = open("f", UPDATE);
        write(one, 0, "one");
        close(one);
        assertThat(files.stat(path("f")).bytes()).isEqualTo(3);
        write(other, 3, "two");
        close(other);
        assertThat(get("f")).isEqualTo("onetwo");
    }

    @Test
    void whatIsReplacedWhileItIsStoredIsReplacedForAllWhoHaveItOpen() throws Exception {
        put("f", "one");
        TreeFile reader = open("f", UPDATE);
        write(reader, 0, "two");
        try (var closing = new StructuredClose(reader)) {
            put("f", "three");
            closing.await();
        }
        assertThat(text(reader)).isEqualTo("three");
        close(reader);
        assertThat(get("f")).isEqualTo("three");
    }

    /// A close by one of two who have a file open, beside what the test does.
    private final class StructuredClose implements AutoCloseable {
        private final Thread thread;

        StructuredClose(TreeFile file) throws IOException {
            TreeFile joined = open("f", UPDATE);
            assertThat(joined).isEqualTo(file);
            thread = Thread.startVirtualThread(() -> {
                try {
                    TreeTest.this.close(joined);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }

        void await() throws InterruptedException {
            thread.join();
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    @Test
    void truncationAloneIsAChange() throws IOException {
        put("f", "contents");
        tree.setAttributes(path("f"), new SftpAttributes(OptionalLong.of(4), FileMetadata.NONE));
        assertThat(get("f")).isEqualTo("cont");
        TreeFile file = open("f", UPDATE);
        file.truncate(2);
        close(file);
        assertThat(get("f")).isEqualTo("co");
        close(open("f", CREATE));
        assertThat(files.stat(path("f")).bytes()).isZero();
    }

    @Test
    void timesAndModeStayWhereTheyWereSet() throws IOException {
        Instant past = Instant.ofEpochSecond(1_000_000_000);
        var said = new SftpAttributes(
                OptionalLong.empty(), FileMetadata.NONE.withMode(0640).withTimes(past, past));
        TreeFile file = open("f", CREATE);
        write(file, 0, "x");
        tree.setAttributes(path("f"), said);
        assertThat(tree.stat(path("f")).modified()).isEqualTo(past);
        close(file);
        assertThat(tree.stat(path("f")).modified()).isEqualTo(past);
        assertThat(tree.stat(path("f")).mode()).isEqualTo(0640);
        put("g", "x");
        tree.setAttributes(path("g"), said);
        assertThat(tree.stat(path("g")).modified()).isEqualTo(past);
        tree.rename(path("g"), path("h"), RenameRule.IF_ABSENT);
        assertThat(tree.stat(path("h")).modified()).isEqualTo(past);
        put("h", "y");
        assertThat(tree.stat(path("h")).modified()).isAfter(past);
        assertThat(tree.stat(path("h")).mode()).isEqualTo(0640);
    }

    @Test
    void checksumsAreThereWithoutReading() throws IOException {
        put("f", "hello");
        // printf hello | md5sum; printf hello | sha1sum
        assertThat(tree.stat(path("f")).checksums())
                .containsAllEntriesOf(Map.of(
                        "md5", "5d41402abc4b2a76b9719d911017c592",
                        "sha1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"))
                .containsKey("sha256");
        TreeFile file = open("f", UPDATE);
        write(file, 2, "y");
        write(file, 0, "c");
        close(file);
        // printf ceylo | md5sum
        assertThat(tree.stat(path("f")).checksums()).containsEntry("md5", "320a76d7b1ca750bc4d5d35fb0778e80");
    }
}
