package org.truckee.protocol.http;

import java.io.IOException;

/// A request makes no sense; the client is told with status 400.
public final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedRequestException(String message) {
        super(message);
    }
}
