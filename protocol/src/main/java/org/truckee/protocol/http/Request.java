package org.truckee.protocol.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.truckee.crypto.TubId;

/// A request whose head has arrived. `path` has its segments percent-decoded (`/a/b` gives `a`, `b`), `query` the
/// first value of each parameter. The `path` of a CONNECT is what it wants to be connected to. `client` is who showed
/// a certificate, where that was asked for.
public record Request(
        String method,
        List<String> path,
        Map<String, String> query,
        HttpHeaders headers,
        IncomingBody body,
        SocketAddress from,
        Optional<TubId> client) {
    public Request {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /// Headers carry secrets, so they do not print.
    @Override
    public String toString() {
        return "Request(" + method + " from " + from + ")";
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
