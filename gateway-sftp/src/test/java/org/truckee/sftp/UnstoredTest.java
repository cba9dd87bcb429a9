package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
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

/// What becomes of files that were closed, or were not, when the grid or the gateway goes away.
class UnstoredTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());

    private static final OpenMode CREATE = new OpenMode(2 | 8 | 16);
    private static final OpenMode EXCLUSIVE = new OpenMode(2 | 8 | 32);
    private static final OpenMode UPDATE = new OpenMode(1 | 2);

    private static final String OLD = "old ".repeat(30);
    private static final String CONTENTS = "contents ".repeat(30);

    @TempDir
    Path folder;

    private final MemoryGrid servers = new MemoryGrid(5);
    private final List<Unstored> started = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private DirectoryCap root = new DirectoryCap(new LiteralCap(new byte[0]));
    private Grid grid = grid();
    private GridFiles files = grid.files(root);
    private Tree tree;
    private Unstored unstored;

    private Grid grid() {
        var policy = new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32]));
        return new Grid(
                servers, new LeaseSecret(new byte[32]), policy, 5, KEYS, new SecureRandom(), InstantSource.system());
    }

    @BeforeEach
    void makeRoot() throws IOException {
        root = grid.directories().create();
        files = grid.files(root);
        startAgain();
    }

    /// A new process on what the one before left.
    private void startAgain() throws IOException {
        var staging = Staging.open(folder, new byte[Staging.KEY_BYTES], OptionalLong.empty(), new SecureRandom());
        var trees = new Trees(grid, staging, () -> 1000, () -> now);
        unstored = new Unstored(staging, trees, () -> now);
        started.add(unstored);
        unstored.recover();
        tree = trees.tree(root);
    }

    @AfterEach
    void close() {
        started.forEach(Unstored::close);
        servers.close();
    }

    private static GridPath path(String text) {
        return GridPath.parse(text);
    }

    private TreeFile opened(String path, OpenMode mode, String text) throws IOException {
        TreeFile file = tree.open(path(path), mode, FileMetadata.NONE);
        byte[] bytes = text.getBytes(UTF_8);
        file.write(0, bytes, 0, bytes.length);
        return file;
    }

    private void put(String path, String text) throws IOException {
        tree.close(opened(path, CREATE, text), CloseRule.GRID);
    }

    private void putOnGrid(String path, String text) throws IOException {
        files.put(path(path), Plaintext.of(text.getBytes(UTF_8)));
    }

    private String onGrid(String path) throws IOException {
        try (var file = files.open(path(path))) {
            var bytes = new byte[(int) file.size()];
            file.read(0, bytes, 0, bytes.length);
            return new String(bytes, UTF_8);
        }
    }

    private String here(String path) throws IOException {
        TreeFile file = tree.open(path(path), OpenMode.LOOK, FileMetadata.NONE);
        try {
            var bytes = new byte[1000];
            return new String(bytes, 0, Math.max(0, file.read(0, bytes, 0, bytes.length)), UTF_8);
        } finally {
            tree.leave(file);
        }
    }

    private void gridGoes() {
        for (int i = 0; i < 3; i++) {
            servers.takeAway(i);
        }
    }

    private void gridComesBack() {
        for (int i = 0; i < 3; i++) {
            servers.bringBack(i);
        }
    }

    private void refused(String path, String text) throws IOException {
        TreeFile file = opened(path, CREATE, text);
        gridGoes();
        assertThatThrownBy(() -> tree.close(file, CloseRule.GRID))
                .isInstanceOf(Tree.KeptException.class)
                .hasMessageEndingWith("; the gateway keeps the file and stores it when it can");
        gridComesBack();
    }

    private List<String> states() {
        return unstored.list().stream().map(entry -> entry.state().toString()).toList();
    }

    private void retryAll() throws IOException {
        for (Unstored.Entry entry : unstored.list()) {
            if (entry.state() != Unstored.State.WRITING) {
                unstored.retry(entry);
            }
        }
    }

    @Test
    void whatTheGridRefusesIsKeptAndShownAndStoredLater() throws IOException {
        put("f", OLD);
        refused("f", CONTENTS);
        assertThat(onGrid("f")).isEqualTo(OLD);
        assertThat(here("f")).isEqualTo(CONTENTS);
        assertThat(tree.stat(path("f")).bytes()).isEqualTo(CONTENTS.length());
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("f");
        assertThat(states()).containsExactly("refused");
        assertThat(unstored.notices().getFirst().sentence())
                .startsWith("1 file could not be stored and waits on this gateway, which tries again: ");
        retryAll();
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
        assertThat(states()).isEmpty();
        assertThat(unstored.notices()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void itIsTriedAgainByItselfLaterAndLater() throws Exception {
        refused("f", CONTENTS);
        TreeFile file = tree.openAt(path("f")).orElseThrow();
        assertThat(file.isDue(now.plusSeconds(4))).isFalse();
        assertThat(file.isDue(now.plusSeconds(5))).isTrue();
        gridGoes();
        assertThatThrownBy(this::retryAll).isInstanceOf(IOException.class);
        gridComesBack();
        assertThat(file.isDue(now.plusSeconds(9))).isFalse();
        now = now.plusSeconds(10);
        unstored.start();
        await().until(() -> states().isEmpty());
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
    }

    @Test
    void whatWasClosedIsStoredByTheNextProcess() throws IOException {
        put("f", OLD);
        refused("f", CONTENTS);
        startAgain();
        assertThat(here("f")).isEqualTo(CONTENTS);
        retryAll();
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileOfWhichOnlyAPartWasWrittenIsWholeInTheNextProcess() throws IOException {
        put("f", OLD);
        TreeFile file = opened("f", UPDATE, "NEW");
        file.truncate(100);
        tree.close(file, CloseRule.STAGED);
        startAgain();
        assertThat(here("f")).isEqualTo("NEW" + OLD.substring(3, 100));
        retryAll();
        assertThat(onGrid("f")).isEqualTo("NEW" + OLD.substring(3, 100));
    }

    @Test
    void aCloseThatNeedsNoGridIsAnsweredWithoutIt() throws IOException {
        put("f", OLD);
        TreeFile file = opened("f", CREATE, CONTENTS);
        gridGoes();
        tree.close(file, CloseRule.STAGED);
        assertThat(here("f")).isEqualTo(CONTENTS);
        gridComesBack();
        startAgain();
        retryAll();
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
    }

    @Test
    void whatWasNotClosedIsKeptAndNeverStoredByItself() throws IOException {
        put("f", OLD);
        opened("f", CREATE, CONTENTS);
        tree.leave(opened("lost", CREATE, CONTENTS));
        assertThatThrownBy(() -> tree.stat(path("lost"))).isInstanceOf(NoSuchFileException.class);
        assertThat(states()).containsExactlyInAnyOrder("writing", "incomplete");
        startAgain();
        assertThat(states()).containsExactly("incomplete", "incomplete");
        assertThat(here("f")).isEqualTo(OLD);
        retryAll();
        assertThat(files.list(GridPath.ROOT))
                .containsOnlyKeys("f", "f.unsaved-20260102T030405Z", "lost.unsaved-20260102T030405Z");
        assertThat(onGrid("f.unsaved-20260102T030405Z")).isEqualTo(CONTENTS);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatWasNotClosedIsDiscardedAfterAMonthOrOnDemand() throws Exception {
        tree.leave(opened("one", CREATE, CONTENTS));
        unstored.discard(unstored.list().getFirst());
        assertThat(folder).isEmptyDirectory();
        tree.leave(opened("other", CREATE, CONTENTS));
        now = now.plusSeconds(30 * 86400 - 1);
        startAgain();
        unstored.start();
        now = now.plusSeconds(2);
        await().untilAsserted(() -> assertThat(folder).isEmptyDirectory());
        assertThat(states()).isEmpty();
    }

    private void staged(String path, String text) throws IOException {
        tree.close(opened(path, CREATE, text), CloseRule.STAGED);
    }

    @Test
    void whatIsReplacedBeforeItIsStoredDoesNotComeBackUnderTheOldName() throws IOException {
        staged("tmp", OLD);
        staged("tmp", CONTENTS);
        tree.rename(path("tmp"), path("final"), RenameRule.REPLACE);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("final");
        assertThat(here("final")).isEqualTo(CONTENTS);
        retryAll();
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("final");
        assertThat(onGrid("final")).isEqualTo(CONTENTS);
    }

    @Test
    void whatWasClosedLastHasTheNameAlsoIfTheGatewayEndsInBetween() throws IOException {
        staged("f", OLD);
        staged("f", CONTENTS);
        tree.publishLate(tree.openFiles().getFirst());
        assertThat(onGrid("f")).isEqualTo(OLD);
        startAgain();
        retryAll();
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("f");
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
    }

    /// The order in which they are stored is left to chance.
    @RepeatedTest(20)
    void whatWasClosedLastHasTheNameAlsoIfTheNextProcessStoresAllAtOnce() throws IOException {
        staged("f", OLD);
        staged("f", "between");
        staged("f", CONTENTS);
        startAgain();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            tree.openFiles().forEach(file -> threads.submit(() -> tree.publishLate(file)));
        }
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("f");
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
        assertThat(folder).isEmptyDirectory();
    }

    /// The order in which the two arrive is left to chance.
    @RepeatedTest(20)
    void aRenameOutlastsTheGatewayHoweverItMeetsTheClose() throws IOException {
        TreeFile file = opened("tmp", CREATE, CONTENTS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                tree.close(file, CloseRule.STAGED);
                return null;
            });
            tree.rename(path("tmp"), path("final"), RenameRule.REPLACE);
        }
        startAgain();
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("final");
        retryAll();
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("final");
    }

    @Test
    void whatSomebodyElseHasPutUnderTheNameStays() throws IOException {
        put("f", OLD);
        refused("f", CONTENTS);
        putOnGrid("f", "somebody else's");
        refused("new", CONTENTS);
        putOnGrid("new", "somebody else's");
        retryAll();
        assertThat(onGrid("f")).isEqualTo("somebody else's");
        assertThat(onGrid("new")).isEqualTo("somebody else's");
        assertThat(onGrid("f.unsaved-20260102T030405Z")).isEqualTo(CONTENTS);
        assertThat(onGrid("new.unsaved-20260102T030405Z")).isEqualTo(CONTENTS);
    }

    @Test
    void aLaterCloseOfTheNameReplacesIt() throws IOException {
        refused("f", OLD);
        put("f", CONTENTS);
        assertThat(states()).isEmpty();
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void oneThatIsNotClosedBringsItBack() throws IOException {
        refused("f", OLD);
        TreeFile lost = opened("f", CREATE, CONTENTS);
        assertThat(here("f")).isEqualTo(CONTENTS);
        tree.leave(lost);
        assertThat(here("f")).isEqualTo(OLD);
        assertThat(states()).containsExactlyInAnyOrder("refused", "incomplete");
    }

    @Test
    void aRefusedFileThatIsStoredIsOneOfOurOwnForTheNextOne() throws IOException {
        refused("f", OLD);
        TreeFile next = opened("f", CREATE, CONTENTS);
        retryAll();
        assertThat(onGrid("f")).isEqualTo(OLD);
        tree.close(next, CloseRule.STAGED);
        retryAll();
        assertThat(onGrid("f")).isEqualTo(CONTENTS);
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("f");
    }

    @Test
    void itsNamesChangeLikeThoseOfAnyFileAndForTheNextProcessToo() throws IOException {
        refused("tmp", CONTENTS);
        tree.hardLink(path("tmp"), path("final"));
        tree.remove(path("tmp"));
        startAgain();
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("final");
        tree.rename(path("final"), path("last"), RenameRule.IF_ABSENT);
        startAgain();
        retryAll();
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("last");
        refused("gone", CONTENTS);
        tree.remove(path("gone"));
        startAgain();
        assertThat(states()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void renamedOverANameItReplacesWhatWasThereAndItsPlaceholderGoes() throws IOException {
        put("ref", OLD);
        TreeFile lock = opened("ref.lock", EXCLUSIVE, CONTENTS);
        tree.close(lock, CloseRule.STAGED);
        tree.rename(path("ref.lock"), path("ref"), RenameRule.REPLACE);
        startAgain();
        assertThat(here("ref")).isEqualTo(CONTENTS);
        assertThat(onGrid("ref")).isEqualTo(OLD);
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("ref");
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("ref", "ref.lock");
        retryAll();
        assertThat(onGrid("ref")).isEqualTo(CONTENTS);
        assertThat(files.list(GridPath.ROOT)).containsOnlyKeys("ref");
    }

    @Test
    void aDirectoryThatMovesTakesItAlong() throws IOException {
        tree.makeDirectory(path("d"), FileMetadata.NONE);
        refused("d/f", CONTENTS);
        tree.rename(path("d"), path("e"), RenameRule.IF_ABSENT);
        startAgain();
        retryAll();
        assertThat(onGrid("e/f")).isEqualTo(CONTENTS);
    }

    @Test
    void whatWasClosedIsStoredBeforeItBecomesSomethingElse() throws IOException {
        refused("f", OLD);
        TreeFile file = opened("f", UPDATE, "NEW");
        assertThat(onGrid("f")).isEqualTo(OLD);
        tree.close(file, CloseRule.GRID);
        assertThat(onGrid("f")).startsWith("NEW old");
    }

    @Test
    void contentsThatWereDamagedMeanwhileAreNotStored() throws IOException {
        refused("f", CONTENTS);
        startAgain();
        try (var found = Files.list(folder)) {
            Path pieces = found.filter(file -> file.toString().endsWith(".pieces"))
                    .findFirst()
                    .orElseThrow();
            Files.write(pieces, new byte[0]);
        }
        startAgain();
        assertThatThrownBy(this::retryAll).hasMessageContaining("damaged");
        assertThat(files.list(GridPath.ROOT)).isEmpty();
        assertThat(states()).containsExactly("refused");
    }

    @Test
    void recordsOfOthersAreToldAndLeft() throws IOException {
        Path foreign = Files.write(folder.resolve("foreign.record"), new byte[100]);
        Files.write(folder.resolve("orphan.pieces"), new byte[100]);
        startAgain();
        assertThat(unstored.notices().getFirst().sentence())
                .isEqualTo("the staged file foreign.record is left alone: it is not the record of a staged file");
        assertThat(folder).isDirectoryNotContaining("glob:**.pieces");
        assertThat(foreign).exists();
    }
}
