package org.truckee.protocol.http;

import java.io.IOException;
import java.time.Duration;

/// The other side is connected and says nothing.
public final class SilenceException extends IOException {
    private static final long serialVersionUID = 1;

    public SilenceException(String message) {
        super(message);
    }

    static String words(Duration patience) {
        return patience.toSeconds() > 0 ? patience.toSeconds() + " s" : patience.toMillis() + " ms";
    }
}
