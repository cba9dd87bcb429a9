package org.truckee.client.directory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;

/// A directory as one process knows it. Safe for use by any number of threads.
sealed interface OpenDirectory permits ReplicatedDirectory, TahoeDirectory, OpenDirectory.Fixed {
    /// The names in it; those of others are shown after at most 2 s, our own at once.
    Listing read() throws IOException;

    /// The names in it now.
    Listing readNow() throws IOException;

    /// Makes a change; returns when it is committed.
    void change(Change change) throws IOException;

    /// How many links are in memory that can be forgotten at any time: none of a directory that was changed here,
    /// whose replica has to stay.
    int forgettable();

    /// One that never changes.
    record Fixed(Listing listing) implements OpenDirectory {
        @Override
        public Listing read() {
            return listing;
        }

        @Override
        public Listing readNow() {
            return listing;
        }

        @Override
        public int forgettable() {
            return listing.entries().size();
        }

        @Override
        public void change(Change change) throws IOException {
            throw new AccessDeniedException("the directory never changes");
        }
    }
}
