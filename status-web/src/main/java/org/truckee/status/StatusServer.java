package org.truckee.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;

/// Serves what the services of a process say of themselves: `/` for people, `/status.json` for programs, `/healthz`
/// and `/readyz` for supervisors.
public final class StatusServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String nickname;
    private final HttpServer server;

    /// By role; guarded by itself.
    private final Map<String, Supplier<Status>> services = new LinkedHashMap<>();

    private StatusServer(EventLoopGroup loops, InetSocketAddress at, String nickname) throws IOException {
        this.nickname = nickname;
        this.server = HttpServer.plain(loops, at, this::handle);
    }

    /// Serves the pages of the node that is called `nickname`.
    public static StatusServer start(EventLoopGroup loops, InetSocketAddress at, String nickname) throws IOException {
        return new StatusServer(loops, at, nickname);
    }

    public int port() {
        return server.port();
    }

    /// From now on the pages show this service too.
    public void show(String role, Supplier<Status> status) {
        synchronized (services) {
            services.put(role, status);
        }
    }

    private Map<String, Status> now() {
        Map<String, Supplier<Status>> all;
        synchronized (services) {
            all = new LinkedHashMap<>(services);
        }
        Map<String, Status> now = new LinkedHashMap<>();
        all.forEach((role, status) -> now.put(role, status.get()));
        return now;
    }

    private Reply handle(Request request) throws JsonProcessingException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Reply.text(405, "the status page can only be read").with("allow", "GET, HEAD");
        }
        Map<String, Status> now = now();
        return switch (String.join("/", request.path())) {
            case "" -> Reply.of(200, "text/html; charset=utf-8", page(now).getBytes(UTF_8));
            case "status.json" -> Reply.of(200, "application/json", json(now));
            case "healthz" -> Reply.text(200, "ok");
            case "readyz" -> notReady(now).map(why -> Reply.text(503, why)).orElse(Reply.text(200, "ready"));
            default -> Reply.text(404, "there is no such page");
        };
    }

    private static Optional<String> notReady(Map<String, Status> now) {
        return now.isEmpty()
                ? Optional.of("it is starting")
                : now.values().stream()
                        .flatMap(status -> status.notReady().stream())
                        .findFirst();
    }

    private byte[] json(Map<String, Status> now) throws JsonProcessingException {
        var json = JSON.createObjectNode()
                .put("role", String.join("+", now.keySet()))
                .put("nickname", nickname)
                .put("ready", notReady(now).isEmpty());
        now.values().forEach(status -> status.rows().forEach(row -> json.put(row.name(), row.value())));
        return JSON.writeValueAsBytes(json);
    }

    private String page(Map<String, Status> now) {
        String rows = now.values().stream()
                .flatMap(status -> status.rows().stream())
                .map(row -> "<tr><th>%s</th><td>%s</td></tr>%n".formatted(escape(row.name()), escape(row.value())))
                .collect(Collectors.joining());
        String title = escape(nickname + ", " + String.join("+", now.keySet()));
        String state = escape(notReady(now).orElse("ready"));
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
