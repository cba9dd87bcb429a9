package org.truckee.helper;

import java.net.InetSocketAddress;
import org.truckee.protocol.http.Request;

/// Who asks: the TubID of the certificate that a client showed, or else where it comes from.
record ClientName(String text) {
    static ClientName of(Request request) {
        return new ClientName(request.client()
                .map(tubId -> "node " + tubId)
                .orElseGet(() -> request.from() instanceof InetSocketAddress inet
                        ? "address " + inet.getAddress().getHostAddress()
                        : "address " + request.from()));
    }

    @Override
    public String toString() {
        return text;
    }
}
