package org.truckee.client.files;

import java.time.Instant;

/// What is known of a path without opening it. `bytes` is 0 for directories.
public record FileStatus(Kind kind, long bytes, boolean writable, Instant modified) {
    /// What a path names.
    public enum Kind {
        FILE,
        DIRECTORY,
        /// Something that this version does not understand; it can be renamed and removed.
        UNKNOWN
    }

    public boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }
}
