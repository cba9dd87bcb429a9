package org.truckee.client.immutable;

import java.io.IOException;

/// Too few servers took shares for a file to count as stored. The message says who answered what.
public final class UnhappyUploadException extends IOException {
    private static final long serialVersionUID = 1;

    UnhappyUploadException(String message) {
        super(message);
    }
}
