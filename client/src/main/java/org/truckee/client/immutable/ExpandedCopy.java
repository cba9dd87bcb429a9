package org.truckee.client.immutable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.crypto.StorageIndex;

/// The ciphertext of a file that a helper expands, kept here until its shares have been read back; or nothing, where
/// there is no room for it.
final class ExpandedCopy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpandedCopy.class);

    private final Segmentation segmentation;
    private final Optional<Path> file;
    private @Nullable FileChannel channel;

    private ExpandedCopy(Segmentation segmentation, Optional<Path> file, @Nullable FileChannel channel) {
        this.segmentation = segmentation;
        this.file = file;
        this.channel = channel;
    }

    /// Nothing is kept.
    static ExpandedCopy none(Segmentation segmentation) {
        return new ExpandedCopy(segmentation, Optional.empty(), null);
    }

    static ExpandedCopy to(Path file, Segmentation segmentation) throws IOException {
        return new ExpandedCopy(
                segmentation,
                Optional.of(file),
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE));
    }

    /// The primary blocks of the next segment, without their padding. A disk that is full ends the copy, not the
    /// upload.
    void write(int segment, byte[][] blocks) {
        FileChannel open = channel;
        if (open == null) {
            return;
        }
        int length = segmentation.segmentLength(segment);
        int blockLength = segmentation.blockLength(segment);
        try {
            for (int i = 0; i * blockLength < length; i++) {
                var bytes = ByteBuffer.wrap(blocks[i], 0, Math.min(blockLength, length - i * blockLength));
                while (bytes.hasRemaining()) {
                    open.write(bytes);
                }
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("an expanded file is not kept until it is read back");
            discard();
        }
    }

    /// Ends the copy; the path of the whole of it, if there is one.
    Optional<Path> finish() {
        boolean whole = channel != null;
        shut();
        return whole ? file : Optional.empty();
    }

    void discard() {
        shut();
        try {
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a copy is left to the next start");
        }
    }

    private void shut() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("a copy was not closed in order");
            }
        }
    }

    @Override
    public void close() {
        shut();
    }

    /// A copy as a source of the file's shares; the file must be there while it is read.
    static CiphertextSource source(Path file, ChkVerifyCap cap, Segmentation segmentation) {
        return new CiphertextSource() {
            @Override
            public StorageIndex storageIndex() {
                return cap.storageIndex();
            }

            @Override
            public Segmentation segmentation() {
                return segmentation;
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) throws IOException {
                try (var open = FileChannel.open(file, StandardOpenOption.READ)) {
                    var bytes = ByteBuffer.wrap(target, at, length);
                    while (bytes.hasRemaining()) {
                        if (open.read(bytes, offset + length - bytes.remaining()) < 0) {
                            throw new IOException(file + " ends before the file of " + cap.size() + " bytes does");
                        }
                    }
                }
            }
        };
    }

    /// Bytes that copies in a folder take.
    static long bytesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.mapToLong(ExpandedCopy::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (java.nio.file.NoSuchFileException gone) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
