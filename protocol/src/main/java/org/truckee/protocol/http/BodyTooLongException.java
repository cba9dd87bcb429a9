package org.truckee.protocol.http;

import java.io.IOException;

/// A message body is longer than whoever reads it allows.
public final class BodyTooLongException extends IOException {
    private static final long serialVersionUID = 1;

    public BodyTooLongException(int limit) {
        super("the message body is longer than the " + limit + " bytes allowed here");
    }
}
