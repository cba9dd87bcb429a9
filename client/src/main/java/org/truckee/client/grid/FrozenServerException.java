package org.truckee.client.grid;

import java.io.IOException;

/// A server is connected and says nothing, not even which version it is, while others answer. What was asked of it
/// may have happened.
public final class FrozenServerException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient GridServer server;

    FrozenServerException(GridServer server) {
        super(server + " is frozen: connected, and silent even when asked for its version");
        this.server = server;
    }

    public GridServer server() {
        return server;
    }
}
