package org.truckee.protocol.http;

import java.io.IOException;
import org.truckee.crypto.Location;

/// No connection to a server could be made, so nothing was asked of it.
public final class ServerUnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Reason {
        REFUSED("refused the connection"),
        SILENT("did not answer"),
        OTHER_CERTIFICATE("shows another certificate than its address names"),
        NO_TLS("does not speak TLS as a node does"),
        UNKNOWN_HOST("is not a name that can be looked up"),
        NO_ROUTE("cannot be reached from here"),
        /// Something else, which the cause tells.
        FAILED("cannot be connected to");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private final transient Location location;
    private final Reason reason;

    ServerUnreachableException(Location location, Reason reason, Throwable cause) {
        super(location + " " + reason.words + (reason == Reason.FAILED ? ": " + cause.getMessage() : ""), cause);
        this.location = location;
        this.reason = reason;
    }

    public Location location() {
        return location;
    }

    public Reason reason() {
        return reason;
    }
}
