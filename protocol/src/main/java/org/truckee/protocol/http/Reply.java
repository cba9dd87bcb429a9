package org.truckee.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.truckee.protocol.ByteStream;

/// What a handler answers; the server sends the body and closes it. With a `tunnel`, which only a CONNECT may be
/// answered with, the connection is joined with that afterwards.
public record Reply(int status, Map<String, String> headers, ByteStream body, Optional<Tunnel> tunnel) {
    public Reply {
        headers = Map.copyOf(headers);
    }

    public Reply(int status, Map<String, String> headers, ByteStream body) {
        this(status, headers, body, Optional.empty());
    }

    /// From now on the client talks to whoever is at the other end.
    public static Reply joined(Tunnel tunnel) {
        return new Reply(200, Map.of(), ByteStream.of(), Optional.of(tunnel));
    }

    public static Reply of(int status, String contentType, ByteStream body) {
        return new Reply(status, Map.of("content-type", contentType), body);
    }

    public static Reply of(int status, String contentType, byte[] body) {
        return of(status, contentType, ByteStream.of(body));
    }

    /// A sentence for people.
    public static Reply text(int status, String sentence) {
        return of(status, "text/plain; charset=utf-8", (sentence + "\n").getBytes(UTF_8));
    }

    /// The sentence of an exception that is meant for people.
    public static Reply text(int status, Exception e) {
        return text(status, Objects.requireNonNullElse(e.getMessage(), "the request cannot be served"));
    }

    public static Reply empty(int status) {
        return new Reply(status, Map.of(), ByteStream.of());
    }

    public Reply with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body, tunnel);
    }
}
