package org.truckee.protocol.http;

import java.io.IOException;

/// A server answered with a status that its protocol does not have at this place.
public final class StatusException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    public StatusException(int status, String what) {
        super(
                switch (status) {
                    case 401 -> "the server does not accept our authorisation for " + what + " (status 401)";
                    case 500 -> "the server failed at " + what + " (status 500)";
                    default -> "the server answered status " + status + " to " + what;
                });
        this.status = status;
    }

    public int status() {
        return status;
    }
}
