package org.truckee.client.directory;

import java.io.IOException;

/// A change of a directory was written to too few servers to be sure of it. It may still appear.
public final class UncommittedChangeException extends IOException {
    private static final long serialVersionUID = 1;

    UncommittedChangeException(String message) {
        super(message);
    }
}
