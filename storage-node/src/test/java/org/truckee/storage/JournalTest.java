package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.storage.FileChange.Bytes;
import org.truckee.storage.FileChange.Delete;
import org.truckee.storage.FileChange.End;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Write;
import org.truckee.storage.FileChange.Zeros;

class JournalTest {
    private static final int FILES = 4;

    @TempDir
    Path temporary;

    /// The journal is cut anywhere, as a power cut does, and the files are as they were at some time since the last
    /// checkpoint, the last change half made: what comes back is what the whole records say.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverTheCutWholeRecordsAreMadeAndOthersAreNot(long seed) throws IOException {
        var random = new Random(seed);
        List<Map<Path, List<Byte>>> states = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        Path root = temporary.resolve("root");
        Path journal = write(random, root, states, ends);
        byte[] records = Files.readAllBytes(journal.resolve("changes"));
        for (int round = 0; round < 10; round++) {
            int cut = random.nextInt((int) (ends.getLast() + 100));
            int whole =
                    Math.max(0, (int) ends.stream().filter(end -> end <= cut).count() - 1);
            Path crashed = temporary.resolve("crashed");
            restore(states.get(random.nextInt(whole + 1)), root, crashed);
            Path folder = Files.createDirectories(crashed.resolve("journal"));
            byte[] torn = records.clone();
            for (int i = cut; i < torn.length; i++) {
                torn[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0);
            }
            Files.write(folder.resolve("changes"), torn);
            Files.write(folder.resolve("put aside"), new byte[10]);
            Journal.open(folder, crashed).close();
            assertThat(folder).isEmptyDirectory();
            assertThat(state(crashed)).as("cut at %s", cut).isEqualTo(relative(states.get(whole), root));
            deleteTree(crashed);
        }
    }

    /// @param states what the files are before the first record and after each
    /// @param ends where each record ends, that of the empty first one included
    private Path write(Random random, Path root, List<Map<Path, List<Byte>>> states, List<Long> ends)
            throws IOException {
        Files.createDirectories(root.resolve("shares/aa"));
        Path folder = root.resolve("journal");
        var journal = Journal.open(folder, root);
        long at = ChangeRecord.length(root, List.of());
        states.add(files(root));
        ends.add(at);
        for (int i = 0; i < 30; i++) {
            List<FileChange> changes = changes(random, root);
            journal.commit(changes);
            at += ChangeRecord.length(root, changes);
            states.add(files(root));
            ends.add(at);
        }
        return folder; // as a crash leaves it
    }

    private static List<FileChange> changes(Random random, Path root) {
        List<FileChange> changes = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Path file = root.resolve("shares/aa/x" + random.nextInt(2) + "/" + random.nextInt(FILES / 2));
            changes.add(random.nextInt(5) == 0 ? new Delete(file) : new Write(file, true, pieces(random)));
        }
        return changes;
    }

    private static List<Piece> pieces(Random random) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            var bytes = new byte[random.nextInt(50)];
            random.nextBytes(bytes);
            pieces.add(
                    switch (random.nextInt(3)) {
                        case 0 -> new Zeros(random.nextInt(100), random.nextInt(50));
                        case 1 -> new End(random.nextInt(100));
                        default -> new Bytes(random.nextInt(100), ByteBuffer.wrap(bytes));
                    });
        }
        pieces.add(new End(60));
        return pieces;
    }

    private static Map<Path, List<Byte>> files(Path root) throws IOException {
        var files = new TreeMap<Path, List<Byte>>();
        try (Stream<Path> tree = Files.walk(root.resolve("shares"))) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                List<Byte> bytes = new ArrayList<>();
                for (byte each : Files.readAllBytes(file)) {
                    bytes.add(each);
                }
                files.put(file, bytes);
            }
        }
        return files;
    }

    private static Map<Path, List<Byte>> relative(Map<Path, List<Byte>> files, Path root) {
        var relative = new TreeMap<Path, List<Byte>>();
        files.forEach((file, bytes) -> relative.put(root.relativize(file), bytes));
        return relative;
    }

    private static Map<Path, List<Byte>> state(Path root) throws IOException {
        return relative(files(root), root);
    }

    private static void restore(Map<Path, List<Byte>> files, Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("shares/aa"));
        for (var file : files.entrySet()) {
            var bytes = new byte[file.getValue().size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = file.getValue().get(i);
            }
            Path copy = to.resolve(from.relativize(file.getKey()));
            Files.createDirectories(copy.getParent());
            Files.write(copy, bytes);
        }
    }

    private static void deleteTree(Path top) throws IOException {
        try (Stream<Path> tree = Files.walk(top)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void journalThatIsFullStartsOverAndKeepsWhatComesNext() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        var journal = Journal.open(temporary.resolve("journal"), temporary);
        var megabyte = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 10; i++) {
            megabyte.put(0, (byte) i);
            journal.commit(List.of(new Write(folder.resolve("0"), true, List.of(new Bytes(0, megabyte)))));
        }
        assertThat(Files.size(temporary.resolve("journal/changes"))).isEqualTo(4 << 20);
        Files.delete(folder.resolve("0"));
        Journal.open(temporary.resolve("journal"), temporary).close();
        assertThat(Files.readAllBytes(folder.resolve("0"))[0]).isEqualTo((byte) 9);
        journal.close();
    }

    @Test
    void recordLargerThanTheJournalIsMadeAgainToo() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        var journal = Journal.open(temporary.resolve("journal"), temporary);
        byte[] bytes = StorageFolder.bytes(1, 9 << 20);
        journal.commit(List.of(new Write(folder.resolve("0"), true, List.of(new Bytes(0, ByteBuffer.wrap(bytes))))));
        Files.delete(folder.resolve("0"));
        Journal.open(temporary.resolve("journal"), temporary).close();
        assertThat(folder.resolve("0")).hasBinaryContent(bytes);
        journal.close();
    }

    @Test
    void changesOfManyThreadsAllLast() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        var threads = new ArrayList<Thread>();
        var journal = Journal.open(temporary.resolve("journal"), temporary);
        for (int i = 0; i < 16; i++) {
            Path file = folder.resolve(Integer.toString(i));
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 10; round++) {
                    var bytes = ByteBuffer.wrap(new byte[] {(byte) round});
                    commit(journal, new Write(file, true, List.of(new Bytes(round, bytes))));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Journal.open(temporary.resolve("journal"), temporary).close();
        var expected = new byte[10];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) i;
        }
        for (int i = 0; i < 16; i++) {
            assertThat(folder.resolve(Integer.toString(i))).hasBinaryContent(expected);
        }
    }

    private static void commit(Journal journal, FileChange change) {
        try {
            journal.commit(List.of(change));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void changeOfAnInterruptedThreadIsMadeAndOthersFollow() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        try (var journal = Journal.open(temporary.resolve("journal"), temporary)) {
            for (int i = 0; i < 2; i++) {
                Thread.currentThread().interrupt();
                var bytes = ByteBuffer.wrap(new byte[] {(byte) i});
                journal.commit(List.of(new Write(folder.resolve("0"), true, List.of(new Bytes(i, bytes)))));
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(folder.resolve("0")).hasBinaryContent(new byte[] {0, 1});
        }
    }

    @Test
    @Timeout(20)
    void journalWithAChangeThatMakesNoSenseMakesNoMoreAndCloses() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        var journal = Journal.open(temporary.resolve("journal"), temporary);
        var change = new Write(folder.resolve("0"), true, List.of(new End(-1)));
        assertThatThrownBy(() -> journal.commit(List.of(change)))
                .hasMessageStartingWith("the disk failed before: a change cannot be made: ");
        assertThatThrownBy(journal::close).isInstanceOf(IOException.class);
    }

    @Test
    void checkpointOfAnInterruptedThreadIsMade() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        try (var journal = Journal.open(temporary.resolve("journal"), temporary)) {
            journal.commit(List.of(new Write(folder.resolve("0"), true, List.of(new End(0)))));
            Thread.currentThread().interrupt();
            journal.checkpoint();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(journal.failure()).isEmpty();
        }
    }

    @Test
    void journalThatCouldNotMakeAChangeMakesNoMore() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shares/aa/x"));
        Files.createDirectories(folder.resolve("0/in the way"));
        var journal = Journal.open(temporary.resolve("journal"), temporary);
        var change = new Write(folder.resolve("0"), true, List.of(new End(0)));
        assertThatThrownBy(() -> journal.commit(List.of(change))).hasMessageStartingWith("the disk failed before: ");
        assertThatThrownBy(() -> journal.commit(List.of(new Delete(folder.resolve("1")))))
                .hasMessageStartingWith("the disk failed before: ");
        assertThat(journal.failure()).isPresent();
        assertThatThrownBy(journal::close).isInstanceOf(IOException.class);
        assertThat(temporary.resolve("journal/changes")).exists();
    }
}
