package org.truckee.client.mutable;

import java.io.IOException;

/// Somebody else changed the file meanwhile, or too few servers took the change. It may or may not have happened.
public final class UncoordinatedWriteException extends IOException {
    private static final long serialVersionUID = 1;

    UncoordinatedWriteException(String message) {
        super(message);
    }
}
