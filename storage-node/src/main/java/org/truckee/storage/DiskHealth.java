package org.truckee.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.node.WholeFile;

/// Whether the disk can still be trusted with new shares. Once it failed it stays failed until the node is started
/// again: an operator has to look at it. Safe for use by several threads at once.
final class DiskHealth {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);
    private static final long FULL_BYTES = 1 << 20;

    private final Path root;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    DiskHealth(Path root) {
        this.root = root;
    }

    /// Why nothing is written any more, in one sentence; empty while all is well.
    Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    void check() throws IOException {
        Optional<String> reason = failure();
        if (reason.isPresent()) {
            throw new IOException(reason.get());
        }
    }

    /// Something could not be written. Finds out whether it is the disk: one that is full, or a single file that is
    /// in the way or was closed, is no reason to stop.
    void writeFailed(String what, IOException problem) {
        try {
            Undisturbed.run(this::probe);
        } catch (IOException e) {
            if (!isFull()) {
                fail(what + " could not be written (" + reason(problem) + ")");
            }
        }
    }

    /// Bytes that are there could not be read. A file that was closed, as it is when its reader is interrupted, is no
    /// failure of the disk.
    void readFailed(String what, IOException problem) {
        if (!(problem instanceof ClosedChannelException)) {
            fail(what + " could not be read (" + reason(problem) + ")");
        }
    }

    /// Fails, whatever the disk seems to be.
    void fail(String reason) {
        String sentence = "the disk fails: " + reason
                + "; the node takes nothing new until the disk is checked and the node started again";
        if (failure.compareAndSet(null, sentence)) {
            LOG.atError().addKeyValue("folder", root).log(sentence);
        }
    }

    private void probe() throws IOException {
        if (!Files.exists(root.resolve(StorageMarker.FILE))) {
            throw new IOException("the storage folder is gone");
        }
        Path file = root.resolve("truckee-probe");
        WholeFile.write(file, "written to see whether the disk works\n");
        Files.delete(file);
    }

    private boolean isFull() {
        try {
            return Files.exists(root) && Files.getFileStore(root).getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static String reason(IOException problem) {
        return Objects.requireNonNullElse(problem.getMessage(), problem.toString());
    }
}
