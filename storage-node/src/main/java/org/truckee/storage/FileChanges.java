package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.truckee.protocol.node.WholeFile;
import org.truckee.storage.FileChange.Bytes;
import org.truckee.storage.FileChange.Delete;
import org.truckee.storage.FileChange.End;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Write;
import org.truckee.storage.FileChange.Zeros;

/// Makes changes to share files and brings them to the disk.
final class FileChanges {
    private static final ByteBuffer ZERO_BYTES = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

    private FileChanges() {}

    /// Makes a change. Adds to `files` and `folders` what has to be synced for it to last.
    static void apply(FileChange change, Set<Path> files, Set<Path> folders) throws IOException {
        switch (change) {
            case Delete delete -> {
                Files.deleteIfExists(delete.file());
                files.remove(delete.file());
                folders.add(folderOf(delete.file()));
                ShareFolder.removeEmptyFolderOf(delete.file());
            }
            case Write write -> {
                if (write.create()) {
                    ShareFolder.makeFolderOf(write.file());
                    folders.add(folderOf(write.file()));
                }
                apply(write);
                files.add(write.file());
            }
        }
    }

    private static Path folderOf(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static void apply(Write write) throws IOException {
        StandardOpenOption[] options = write.create()
                ? new StandardOpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.WRITE}
                : new StandardOpenOption[] {StandardOpenOption.WRITE};
        try (var channel = FileChannel.open(write.file(), options)) {
            for (Piece piece : write.pieces()) {
                switch (piece) {
                    case Bytes bytes ->
                        ShareBytes.write(channel, bytes.at(), bytes.data().duplicate());
                    case Zeros zeros -> writeZeros(channel, zeros);
                    case End end -> channel.truncate(end.at());
                }
            }
        } catch (NoSuchFileException e) {
            if (write.create()) {
                throw e;
            }
            // deleted by a later change
        }
    }

    private static void writeZeros(FileChannel channel, Zeros zeros) throws IOException {
        long end = zeros.at() + zeros.length();
        for (long at = zeros.at(); at < end; at += ZERO_BYTES.capacity()) {
            ShareBytes.write(channel, at, ZERO_BYTES.slice(0, (int) Math.min(ZERO_BYTES.capacity(), end - at)));
        }
    }

    /// Brings files and folders to the disk; those that were deleted meanwhile are passed over.
    static void sync(Set<Path> files, Set<Path> folders) throws IOException {
        for (Path file : files) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            } catch (NoSuchFileException e) {
                // deleted
            }
        }
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                WholeFile.syncFolder(folder);
            }
        }
    }
}
