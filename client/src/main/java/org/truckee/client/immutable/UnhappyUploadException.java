package org.truckee.client.immutable;

import java.io.IOException;

/// Too few servers took shares for a file to count as stored. The message says who answered what.
public final class UnhappyUploadException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean hidden;

    UnhappyUploadException(String message, boolean hidden) {
        super(message);
        this.hidden = hidden;
    }

    /// Whether servers refused shares because somebody is uploading the same file, or did and never came to its end.
    public boolean hidden() {
        return hidden;
    }
}
