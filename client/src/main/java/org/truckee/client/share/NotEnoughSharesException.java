package org.truckee.client.share;

import java.io.IOException;

/// Fewer shares of a file can be had than give it back. The message says how many and from whom.
public final class NotEnoughSharesException extends IOException {
    private static final long serialVersionUID = 1;

    public NotEnoughSharesException(String message) {
        super(message);
    }
}
