package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.node.WholeFile;
import org.truckee.protocol.storage.ByteRange;
import org.truckee.protocol.storage.WriteAnswer;

/// An immutable share that was allocated and is not complete. Its monitor lets one write at a time go on.
final class Upload {
    private static final int STEP_BYTES = 64 << 10;

    private final UploadSecret secret;
    private final Path incoming;
    private final Path complete;
    private final ImmutableShareFile file;
    private final WrittenRanges written = new WrittenRanges();
    private boolean over;

    Upload(UploadSecret secret, Path incoming, Path complete, ImmutableShareFile file) {
        this.secret = secret;
        this.incoming = incoming;
        this.complete = complete;
        this.file = file;
    }

    boolean isOf(UploadSecret shown) {
        return secret.equals(shown);
    }

    long bytes() {
        return file.shareBytes();
    }

    synchronized WriteAnswer write(long offset, ByteStream data) throws IOException {
        if (over) {
            return WriteAnswer.Refused.NOT_ALLOCATED;
        }
        if (offset > bytes() - data.length()) {
            return WriteAnswer.Refused.BEYOND_END;
        }
        var step = ByteBuffer.allocate(STEP_BYTES);
        long end = offset + data.length();
        for (long at = offset; at < end; at += step.limit()) {
            data.readFully(step.clear().limit((int) Math.min(STEP_BYTES, end - at)));
            if (!fits(at, step.flip())) {
                return WriteAnswer.Refused.CONFLICT;
            }
            file.write(at, step.duplicate());
            written.add(new ByteRange(at, at + step.limit()));
        }
        List<ByteRange> missing = written.missing(bytes());
        if (missing.isEmpty()) {
            finish();
        }
        return new WriteAnswer.Written(missing);
    }

    /// Whether what was written in the place of `step` before, if anything, is the same.
    private boolean fits(long at, ByteBuffer step) throws IOException {
        for (ByteRange old : written.within(new ByteRange(at, at + step.remaining()))) {
            var there = ByteBuffer.allocate((int) old.length());
            while (there.hasRemaining() && file.read(old.begin() + there.position(), there) >= 0) {
                // until it is full
            }
            if (!there.flip().equals(step.slice((int) (old.begin() - at), there.remaining()))) {
                return false;
            }
        }
        return true;
    }

    private void finish() throws IOException {
        file.sync();
        file.close();
        ShareFolder.makeFolderOf(complete);
        Files.move(incoming, complete, StandardCopyOption.ATOMIC_MOVE);
        WholeFile.syncFolder(Objects.requireNonNull(complete.getParent()));
        ShareFolder.removeEmptyFoldersOf(incoming);
        over = true;
    }

    synchronized void abort() throws IOException {
        if (!over) {
            over = true;
            file.close();
            Files.deleteIfExists(incoming);
            ShareFolder.removeEmptyFoldersOf(incoming);
        }
    }
}
