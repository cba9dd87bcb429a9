package org.truckee.client.files;

import java.nio.file.FileSystemException;

/// Somebody put something else under the name since it was looked at.
public final class ChangedMeanwhileException extends FileSystemException {
    private static final long serialVersionUID = 1;

    ChangedMeanwhileException(GridPath path) {
        super(path.toString(), null, "was replaced by somebody else since it was opened");
    }
}
