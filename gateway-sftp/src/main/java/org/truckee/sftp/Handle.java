package org.truckee.sftp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.OpenFile;

/// What a client has open.
sealed interface Handle extends AutoCloseable {
    Lane lane();

    @Override
    void close() throws IOException;

    /// A file on the grid, to be read.
    record Reading(Lane lane, FileStatus status, OpenFile file) implements Handle {
        @Override
        public void close() {
            file.close();
        }
    }

    /// A file being written; it goes to the grid when the client closes it.
    record Writing(Lane lane, GridPath path, StagedFile staged, boolean append) implements Handle {
        @Override
        public void close() throws IOException {
            staged.close();
        }
    }

    /// A directory, as it was when it was opened, and the names that were not asked for yet.
    record Listing(Lane lane, ArrayDeque<Map.Entry<String, FileStatus>> names) implements Handle {
        @Override
        public void close() {}
    }
}
