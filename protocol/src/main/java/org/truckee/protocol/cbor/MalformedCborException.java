package org.truckee.protocol.cbor;

import java.io.IOException;

/// Bytes that should be a CBOR message of a certain shape are not.
public final class MalformedCborException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedCborException(String message) {
        super(message);
    }
}
