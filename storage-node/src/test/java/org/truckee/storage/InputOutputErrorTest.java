package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.storage.ReadTestWriteAnswer;

/// A disk that answers EIO: `strace` lets the system calls for some files fail.
class InputOutputErrorTest {
    private static final byte[] OLD = StorageFolder.bytes(1, 1000);
    private static final byte[] CHANGED = StorageFolder.bytes(2, 1000);

    private static final String OVER =
            "Input/output error); the node takes nothing new until the disk is checked and the node started again";

    private StorageFolder folder;
    private ShareFolder files;

    /// Stores a share, changes another, reads a third, and tells after each how it went.
    static final class Victim {
        private interface Step {
            Object take() throws IOException;
        }

        public static void main(String[] arguments) throws IOException {
            var folder = new StorageFolder(Path.of(arguments[0]));
            try (var server = folder.open()) {
                tell("put", () -> StorageFolder.put(server, StorageFolder.index(3), 0, new byte[1000]));
                tell(
                        "change",
                        () -> StorageFolder.overwrite(server, StorageFolder.index(2), Set.of(0), CHANGED)
                                instanceof ReadTestWriteAnswer.Tested);
                tell("read", () -> StorageFolder.get(server, StorageFolder.index(1), 0).length);
                tell("failure", () -> server.report().failure().orElse("none"));
                tell("room", () -> server.version().availableSpace() > 0);
            }
        }

        private static void tell(String what, Step step) {
            try {
                System.out.println("= " + what + " " + step.take());
            } catch (IOException e) {
                System.out.println("= " + what + " failed: " + e.getMessage());
            }
        }
    }

    @BeforeEach
    void storeTwoShares(@TempDir Path node) throws IOException {
        folder = new StorageFolder(node);
        files = new ShareFolder(folder.root());
        try (var server = folder.open()) {
            StorageFolder.put(server, StorageFolder.index(1), 0, OLD);
            StorageFolder.overwrite(server, StorageFolder.index(2), Set.of(0), OLD);
        }
    }

    /// What the victim tells while these system calls for these files fail.
    private List<String> whileFailing(List<String> calls, Path... failing) throws Exception {
        var options = new ArrayList<>(List.of("-o", "/dev/null"));
        for (Path file : failing) {
            options.addAll(List.of("-P", file.toString()));
        }
        for (String call : calls) {
            options.addAll(List.of("-e", "inject=" + call + ":error=EIO"));
        }
        return Strace.run(folder.node(), Victim.class, options.toArray(String[]::new)).stream()
                .filter(line -> line.startsWith("= ")) // others are of the log
                .map(line -> line.substring(2))
                .toList();
    }

    /// What a node writes when something could not be written, to see whether the disk takes anything.
    private Path probe() {
        return folder.root().resolve("truckee-probe");
    }

    private Path share(int index) {
        return files.share(StorageFolder.index(index), 0);
    }

    @Test
    void diskThatTakesNothingMakesTheNodeReadOnly() throws Exception {
        Path incoming = files.incomingShare(StorageFolder.index(3), 0);
        String failure = "the disk fails: share 0 of " + StorageFolder.index(3) + " could not be written (";
        assertThat(whileFailing(List.of("pwrite64", "unlink"), incoming, probe()))
                .satisfiesExactly(
                        put -> assertThat(put).startsWith("put failed: ").endsWith("Input/output error"),
                        change -> assertThat(change).startsWith("change failed: " + failure),
                        read -> assertThat(read).isEqualTo("read 1000"),
                        said -> assertThat(said)
                                .startsWith("failure " + failure)
                                .endsWith(OVER),
                        room -> assertThat(room).isEqualTo("room false"));
        assertThat(share(3)).doesNotExist();
    }

    @Test
    void shareThatCannotBeSyncedIsNotThere() throws Exception {
        Path incoming = files.incomingShare(StorageFolder.index(3), 0);
        assertThat(whileFailing(List.of("fdatasync", "unlink"), incoming, probe()))
                .startsWith("put failed: Input/output error")
                .endsWith("room false");
        assertThat(share(3)).doesNotExist();
    }

    @Test
    void oneFileThatCannotBeWrittenIsNoReasonToStop() throws Exception {
        assertThat(whileFailing(List.of("pwrite64"), files.incomingShare(StorageFolder.index(3), 0)))
                .containsExactly(
                        "put failed: Input/output error", "change true", "read 1000", "failure none", "room true");
    }

    @Test
    void changeThatCannotBeSyncedIsNotConfirmedAndMakesTheNodeReadOnly() throws Exception {
        assertThat(whileFailing(List.of("fdatasync"), files.journal().resolve("changes")))
                .startsWith("put true")
                .anyMatch(line -> line.startsWith("change failed: "))
                .contains("read 1000", "room false");
        try (var server = folder.open()) {
            assertThat(StorageFolder.get(server, StorageFolder.index(2), 0)).isIn(OLD, CHANGED);
        }
    }

    @Test
    void shareThatCannotBeReadMakesTheNodeReadOnly() throws Exception {
        assertThat(whileFailing(List.of("pread64"), share(1)))
                .contains("put true", "change true", "read failed: Input/output error", "room false")
                .anyMatch(line -> line.startsWith("failure the disk fails: " + share(1) + " could not be read"));
    }
}
