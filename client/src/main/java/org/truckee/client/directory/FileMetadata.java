package org.truckee.client.directory;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What a door wants kept beside a file, or what is kept; what is empty was not said.
///
/// @param mode Unix permission bits, `0` to `07777`
/// @param modified when the contents were last changed, as the user's machine has it
/// @param accessed the same for reading
/// @param checksums of the contents, in hexadecimal, by algorithm (`sha256`)
public record FileMetadata(
        OptionalInt mode, Optional<Instant> modified, Optional<Instant> accessed, Map<String, String> checksums) {
    public static final FileMetadata NONE =
            new FileMetadata(OptionalInt.empty(), Optional.empty(), Optional.empty(), Map.of());

    private static final int PERMISSIONS = 07777;

    public FileMetadata {
        mode = mode.isPresent() ? OptionalInt.of(mode.getAsInt() & PERMISSIONS) : mode;
        checksums = Map.copyOf(checksums);
    }

    public FileMetadata withMode(int newMode) {
        return new FileMetadata(OptionalInt.of(newMode), modified, accessed, checksums);
    }

    public FileMetadata withTimes(Instant newModified, Instant newAccessed) {
        return new FileMetadata(mode, Optional.of(newModified), Optional.of(newAccessed), checksums);
    }
}
