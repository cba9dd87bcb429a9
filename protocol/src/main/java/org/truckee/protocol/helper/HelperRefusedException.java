package org.truckee.protocol.helper;

import java.io.IOException;

/// A helper does not do what it was asked to.
public final class HelperRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    HelperRefusedException(int status, String reason) {
        super("the helper refuses: " + reason);
        this.status = status;
    }

    /// As in HTTP.
    public int status() {
        return status;
    }
}
