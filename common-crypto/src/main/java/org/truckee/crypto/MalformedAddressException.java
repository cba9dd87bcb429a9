package org.truckee.crypto;

import java.io.IOException;

/// A text that should be a node's address is none. The message says which part is wrong and never quotes the text.
public final class MalformedAddressException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedAddressException(String message) {
        super(message);
    }
}
