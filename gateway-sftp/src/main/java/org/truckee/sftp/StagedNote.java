package org.truckee.sftp;

import java.time.Instant;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.directory.FileMetadata;

/// What has to be remembered of a file that is not on the grid yet, beside its contents.
///
/// @param tree the directory from which its names are counted
/// @param said what its metadata are to be
/// @param since when it was opened
/// @param written when it was last written to
record StagedNote(State state, DirectoryCap tree, NameSet names, FileMetadata said, Instant since, Instant written) {
    /// How far a file has come.
    enum State {
        /// Somebody has it open, or had when the gateway ended.
        WRITING,
        /// It was closed, so it goes to the grid.
        CLOSED,
        /// The connection was lost before it was closed: it never goes to the grid by itself.
        INCOMPLETE
    }

    StagedNote as(State other) {
        return new StagedNote(other, tree, names, said, since, written);
    }

    /// It names a capability: it does not print.
    @Override
    public String toString() {
        return "StagedNote(" + state + ")";
    }
}
