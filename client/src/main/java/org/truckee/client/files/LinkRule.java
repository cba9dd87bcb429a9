package org.truckee.client.files;

import org.truckee.client.directory.LinkIdentity;

/// What may be under the name that a file is to get.
public sealed interface LinkRule {
    /// Anything but a directory or a file that may not be written to.
    LinkRule REPLACE = new Replace();

    /// Nothing.
    LinkRule IF_ABSENT = new IfAbsent();

    record Replace() implements LinkRule {}

    record IfAbsent() implements LinkRule {}

    /// Only what was seen there, by [FileStatus#identity].
    record IfStill(LinkIdentity seen) implements LinkRule {}
}
