package org.truckee.sftp;

import org.truckee.client.cap.DirectoryCap;

/// One way to log in as somebody: who, with what, and where that one's tree begins.
record Account(String user, Credential credential, Root root) {
    /// Where a tree begins.
    sealed interface Root {
        /// A directory.
        record Directory(DirectoryCap cap) implements Root {}

        /// The directory that is made as soon as there are enough servers.
        record Awaited() implements Root {}
    }

    /// The line of an accounts file; it holds secrets.
    String line() {
        return switch (root) {
            case Root.Directory directory ->
                user + " " + credential.text() + " " + directory.cap().uri();
            case Root.Awaited _ -> throw new IllegalStateException("an account without a root is not written down");
        };
    }
}
