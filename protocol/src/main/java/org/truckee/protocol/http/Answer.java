package org.truckee.protocol.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.Optional;

/// What a server answered: the head, and the body while it arrives. Closing it gives the connection back.
public final class Answer implements AutoCloseable {
    private final ClientConnection connection;
    private final ClientConnection.Head head;

    Answer(ClientConnection connection, ClientConnection.Head head) {
        this.connection = connection;
        this.head = head;
    }

    public int status() {
        return head.status();
    }

    public Optional<String> header(String name) {
        HttpHeaders headers = head.headers();
        return Optional.ofNullable(headers.get(name));
    }

    public IncomingBody body() {
        return head.body();
    }

    /// The whole body, at most `limit` bytes.
    public byte[] bytes(int limit) throws IOException {
        return body().readAll(limit);
    }

    @Override
    public void close() {
        connection.release(head);
    }
}
