package org.truckee.protocol.http;

import java.net.ConnectException;
import org.truckee.crypto.Location;

/// What an [HttpsClient] throws where nobody is at home, for doubles that play it.
public final class Unreachable {
    private static final Location NOWHERE = new Location("192.0.2.1", 8098);

    private Unreachable() {}

    public static ServerUnreachableException refused() {
        return new ServerUnreachableException(
                NOWHERE, ServerUnreachableException.Reason.REFUSED, new ConnectException("connection refused"));
    }
}
