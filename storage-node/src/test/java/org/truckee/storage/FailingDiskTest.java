package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;
import static org.truckee.storage.StorageFolder.LEASE;
import static org.truckee.storage.StorageFolder.UPLOAD;
import static org.truckee.storage.StorageFolder.bytes;
import static org.truckee.storage.StorageFolder.get;
import static org.truckee.storage.StorageFolder.index;
import static org.truckee.storage.StorageFolder.overwrite;
import static org.truckee.storage.StorageFolder.put;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ReadTestWriteAnswer;

/// A disk of 24 MiB in memory, which can be filled and made read-only. Needs the right to mount.
class FailingDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path mountPoint;

    private StorageFolder folder;

    @BeforeEach
    void mount() throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mountPoint.toString()) != 0) {
            if (System.getenv("CI") != null) {
                fail("cannot mount a file system");
            }
            System.err.println("LEFT OUT: FailingDiskTest needs the right to mount");
            Assumptions.abort("cannot mount a file system");
        }
        folder = new StorageFolder(Files.createDirectory(mountPoint.resolve("node")));
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", mountPoint.toString());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void shareThatDoesNotFitIsRefusedBeforeItsDataIsSent() throws IOException {
        try (var server = folder.open()) {
            assertThat(put(server, index(1), 0, bytes(1, 8 * MIB))).isTrue();
            assertThat(put(server, index(2), 0, bytes(2, 8 * MIB))).isFalse();
            assertThat(server.version().availableSpace()).isLessThan(8 * MIB);
        }
    }

    @Test
    void diskThatSomebodyElseFillsFailsTheUploadAndDamagesNothing() throws IOException {
        try (var server = folder.open()) {
            put(server, index(1), 0, bytes(1, MIB));
            overwrite(server, index(2), Set.of(0), bytes(2, 1000));
            server.allocate(index(3), Set.of(0), 8 * MIB, UPLOAD, LEASE);
            fill();
            assertThatThrownBy(() -> server.write(index(3), 0, UPLOAD, 0, ByteStream.of(bytes(3, 8 * MIB))))
                    .isInstanceOf(IOException.class);
            assertThat(overwrite(server, index(2), Set.of(0), bytes(4, MIB)))
                    .isEqualTo(new ReadTestWriteAnswer.NoRoom());
            assertThat(server.report().failure())
                    .as("a full disk is no broken one")
                    .isEmpty();
            Files.delete(mountPoint.resolve("filling"));
            assertThat(put(server, index(4), 0, bytes(4, 1000))).isTrue();
        }
        try (var server = folder.open()) {
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(1, MIB));
            assertThat(get(server, index(2), 0)).isEqualTo(bytes(2, 1000));
            assertThat(folder.shareFiles()).hasSize(3);
        }
    }

    private void fill() throws IOException {
        try (var out = Files.newOutputStream(mountPoint.resolve("filling"))) {
            var block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(Files.getFileStore(mountPoint).getUsableSpace()).isZero();
        }
    }

    /// A file system cannot be made read-only while files are open for writing, except by an error; a read-only one
    /// mounted over it is as good for all files that are opened later.
    @Test
    void diskThatBecomesReadOnlyMakesTheNodeSaySoAndServeOn() throws Exception {
        Path root = folder.root();
        try (var server = folder.open()) {
            put(server, index(1), 0, bytes(1, 1000));
            assertThat(run("mount", "--bind", root.toString(), root.toString())).isZero();
            int busy = -1;
            for (int attempt = 0; busy != 0 && attempt < 1000; attempt++) { // while the crawler writes its notes
                busy = run("mount", "-o", "remount,bind,ro", root.toString());
            }
            assertThat(busy).isZero();
            assertThatThrownBy(() -> put(server, index(2), 0, bytes(2, 1000))).isInstanceOf(IOException.class);
            assertThat(server.report().failure().orElseThrow()).startsWith("the disk fails: ");
            assertThat(server.version().availableSpace()).isZero();
            assertThat(put(server, index(2), 0, bytes(2, 1000))).isFalse();
            assertThat(get(server, index(1), 0)).isEqualTo(bytes(1, 1000));
        } finally {
            run("umount", root.toString());
        }
    }

    @Test
    void nodeDoesNotStartOnAReadOnlyDisk() throws Exception {
        folder.open().close();
        assertThat(run("mount", "-o", "remount,ro", mountPoint.toString())).isZero();
        assertThatThrownBy(folder::open)
                .isInstanceOf(IOException.class)
                .hasMessage("the storage folder " + folder.root() + " cannot be written to: Read-only file system");
    }
}
