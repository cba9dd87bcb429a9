package org.truckee.client.files;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.directory.LinkIdentity;

/// What is known of a path without opening it.
///
/// @param bytes 0 for directories
/// @param writable whether a file may be replaced, or a directory changed, through this tree
/// @param mode Unix permission bits; those for writing are off where `writable` is not
/// @param modified as a door set it, or when the name was last linked
/// @param accessed as a door set it, or `modified`
/// @param changed when the name was last linked or its metadata changed
/// @param checksums of the contents, in hexadecimal, by algorithm, where a door left them
/// @param identity what the name stands for; empty for the root, which has none
public record FileStatus(
        Kind kind,
        long bytes,
        boolean writable,
        int mode,
        Instant modified,
        Instant accessed,
        Instant changed,
        Map<String, String> checksums,
        Optional<LinkIdentity> identity) {
    /// Of files for which nobody set another mode.
    public static final int FILE_MODE = 0666;

    /// Of directories for which nobody set another mode.
    public static final int DIRECTORY_MODE = 0777;

    static final int WRITE_BITS = 0222;

    /// What a path names.
    public enum Kind {
        FILE,
        DIRECTORY,
        /// Something that this version does not understand; it can be renamed and removed.
        UNKNOWN
    }

    public FileStatus {
        checksums = Map.copyOf(checksums);
        mode = writable ? mode : mode & ~WRITE_BITS;
    }

    /// Of a file that is being written and has no name yet.
    public static FileStatus unlinked(long bytes, int mode, Instant modified) {
        return new FileStatus(Kind.FILE, bytes, true, mode, modified, modified, modified, Map.of(), Optional.empty());
    }

    public boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }
}
