package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// Small files that are either as they were or as they should be, whatever happens while they are written: a temporary
/// file is synced, renamed, and the folder synced.
public final class WholeFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private WholeFile() {}

    /// Writes a file that everybody may read.
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(UTF_8), PosixFilePermissions.fromString("rw-r--r--"));
    }

    /// Writes a file that only its owner may read.
    public static void writeSecret(Path file, String text) throws IOException {
        write(file, text.getBytes(UTF_8), OWNER_ONLY);
    }

    /// Writes a file that only its owner may read.
    public static void writeSecret(Path file, byte[] bytes) throws IOException {
        write(file, bytes, OWNER_ONLY);
    }

    private static void write(Path file, byte[] bytes, Set<PosixFilePermission> permissions) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(
                folder, "." + file.getFileName(), ".new", PosixFilePermissions.asFileAttribute(permissions));
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                var buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(folder);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// Makes what was created, renamed or deleted in `folder` last through a power cut.
    public static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
