package org.truckee.protocol.http;

import java.io.IOException;

/// The other side is connected and says nothing.
public final class SilenceException extends IOException {
    private static final long serialVersionUID = 1;

    public SilenceException(String message) {
        super(message);
    }
}
