package org.truckee.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;

/// Serves what a service says of itself: `/` for people, `/status.json` for programs, `/healthz` and `/readyz` for
/// supervisors.
public final class StatusServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<Status> status;
    private final HttpServer server;

    private StatusServer(EventLoopGroup loops, InetSocketAddress at, Supplier<Status> status) throws IOException {
        this.status = status;
        this.server = HttpServer.plain(loops, at, this::handle);
    }

    public static StatusServer start(EventLoopGroup loops, InetSocketAddress at, Supplier<Status> status)
            throws IOException {
        return new StatusServer(loops, at, status);
    }

    public int port() {
        return server.port();
    }

    private Reply handle(Request request) throws JsonProcessingException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Reply.text(405, "the status page can only be read").with("allow", "GET, HEAD");
        }
        Status now = status.get();
        return switch (String.join("/", request.path())) {
            case "" -> Reply.of(200, "text/html; charset=utf-8", page(now).getBytes(UTF_8));
            case "status.json" -> Reply.of(200, "application/json", json(now));
            case "healthz" -> Reply.text(200, "ok");
            case "readyz" -> now.notReady().map(why -> Reply.text(503, why)).orElse(Reply.text(200, "ready"));
            default -> Reply.text(404, "there is no such page");
        };
    }

    private static byte[] json(Status status) throws JsonProcessingException {
        var json = JSON.createObjectNode()
                .put("role", status.role())
                .put("nickname", status.nickname())
                .put("ready", status.notReady().isEmpty());
        status.rows().forEach(row -> json.put(row.name(), row.value()));
        return JSON.writeValueAsBytes(json);
    }

    private static String page(Status status) {
        var rows = new StringBuilder();
        status.rows()
                .forEach(row -> rows.append(
                        "<tr><th>%s</th><td>%s</td></tr>%n".formatted(escape(row.name()), escape(row.value()))));
        String title = escape(status.nickname() + ", " + status.role());
        String state = escape(status.notReady().orElse("ready"));
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%s</title></head>
                <body><h1>%s</h1><p>%s</p><table>%s</table></body>
                </html>
                """.formatted(title, title, state, rows);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public void close() {
        server.close();
    }
}
