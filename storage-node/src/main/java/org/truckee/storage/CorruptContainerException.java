package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Path;

/// A file among the shares is not a container, or a damaged one. It is left as it is.
public final class CorruptContainerException extends IOException {
    private static final long serialVersionUID = 1;

    CorruptContainerException(Path file, String problem) {
        super(file + " is no whole share: " + problem);
    }
}
