package org.truckee.protocol.http;

import io.netty.handler.ssl.SslContext;
import org.truckee.crypto.Location;

/// Somebody who connects us, by CONNECT, to a node that we cannot reach ourselves.
///
/// @param location of who relays
/// @param tls to that one
/// @param authorization the header that it takes
/// @param target the node, as it is called there
public record Relay(Location location, SslContext tls, String authorization, String target) {
    /// The authorization is a secret, so it does not print.
    @Override
    public String toString() {
        return "Relay(" + location + " to " + target + ")";
    }
}
