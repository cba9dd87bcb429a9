package org.truckee.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.truckee.status.GridDetails.Presence;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;

class StatusServerTest {
    private static final String MARKUP = "<script>alert(1)</script>\"'&";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HttpClient http = HttpClient.newHttpClient();
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = StatusServer.start(loops, any, MARKUP, List.of(), InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static GridDetails grid() {
        var storage = new GridDetails.Server(
                "v0-abc",
                "abc",
                MARKUP,
                "storage",
                Optional.of("192.0.2.1:8098"),
                MARKUP,
                Presence.NOT_CONNECTED,
                Optional.of(NOW.minusSeconds(200)),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(1_500_000),
                OptionalLong.of(500_000),
                OptionalLong.of(12),
                Optional.of("disk"),
                Optional.of("192.0.2.1:8098 refused the connection"),
                List.of(new GridDetails.AddressTried("192.0.2.1:8098", "192.0.2.1:8098 refused the connection")));
        return new GridDetails(
                List.of(storage),
                List.of(new GridDetails.Introducer("default", "192.0.2.9:44190", Optional.of(NOW), Optional.empty())),
                new GridDetails.Coding(2, 3, 5),
                new GridDetails.MayFail(3, 2),
                OptionalLong.of(600_000),
                List.of(),
                List.of(),
                new GridDetails.Totals(7, 9, 1, 0, Duration.ofSeconds(1)),
                new GridDetails.Announcements(4, 1),
                2,
                new GridDetails.Helping(
                        "expand",
                        List.of(new GridDetails.Helper(
                                MARKUP, "192.0.2.7:8097", true, Optional.of(NOW), Optional.empty())),
                        1,
                        2,
                        1,
                        Optional.empty()),
                new GridDetails.Care(
                        new GridDetails.Files(7, 2, 1, Optional.of(NOW)),
                        Optional.of(NOW),
                        3,
                        true,
                        1,
                        4,
                        OptionalLong.of(5_000),
                        Optional.of(NOW),
                        Optional.of(NOW.plus(Duration.ofDays(31)))),
                List.of(new GridDetails.Staged("abcdefgh", 5, NOW, "refused")),
                new GridDetails.Root(Optional.of("fingerpr"), Optional.of(NOW)));
    }

    private void showGrid(Optional<String> notReady) {
        var notice = new Notice(Level.WARNING, MARKUP);
        server.show("gateway", () -> new Status(notReady, List.of(notice), grid()));
    }

    @Test
    void markupInNamesShowsAsText() throws Exception {
        showGrid(Optional.empty());
        String page = get("/").body();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)", "192.0.2.1:8098 refused the connection", "for 3 min")
                .doesNotContain("<script>alert");
    }

    @Test
    void serviceThatCannotSayHowItIsShowsAsOneThatFailsBesideTheOthers() throws Exception {
        showGrid(Optional.empty());
        server.show("storage", () -> {
            throw new IllegalStateException("no disk");
        });
        String failure = "the storage cannot say how it is (java.lang.IllegalStateException: no disk)";
        assertThat(get("/").body()).contains(failure, "192.0.2.1:8098");
        assertThat(get("/status.json").body()).contains(failure);
        HttpResponse<String> ready = get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).startsWith(failure);
    }

    @Test
    void nothingOnThePageComesFromElsewhereOrRunsInline() throws Exception {
        showGrid(Optional.empty());
        HttpResponse<String> page = get("/");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick");
        var files = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.body());
        int found = 0;
        while (files.find()) {
            assertThat(get(files.group(1)).statusCode()).as(files.group(1)).isIn(200, 503);
            found++;
        }
        assertThat(found).isGreaterThan(6);
    }

    @Test
    void programsReadTheSame() throws Exception {
        showGrid(Optional.empty());
        assertThat(get("/status.json").body())
                .contains("\"usableFreeBytes\":600000", "\"mayFail\":{\"read\":3,\"write\":2}", "\"usedBytes\":500000")
                .contains("\"encoding\":{\"needed\":2,\"happy\":3,\"total\":5}", "\"rootFingerprint\":\"fingerpr\"")
                .contains("\"recoveryFileAt\":\"" + NOW + "\"")
                .contains("\"announcements\":{\"accepted\":4,\"refused\":1}", "\"sftpSessions\":2")
                .contains("\"files\":{\"full\":7,\"reduced\":2,\"unreadable\":1,\"unfinished\":4")
                .contains("\"leases\":{\"renewedAt\":\"" + NOW + "\"", "\"unlinkedBytes\":5000");
        assertThat(get("/?t=json").body())
                .contains("\"introducers\":{\"statuses\":[\"Connected to 192.0.2.9:44190\"]}")
                .contains("\"connection_status\":\"Not connected: 192.0.2.1:8098 refused the connection\"");
        assertThat(get("/metrics").body())
                .contains(
                        "truckee_servers_connected 0.0",
                        "truckee_sftp_sessions 2.0",
                        "truckee_upload_bytes_total 7.0",
                        "truckee_upload_seconds_sum");
    }

    @Test
    void readinessSaysWhyNot() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        showGrid(Optional.of("1 of 3 servers connected"));
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("1 of 3 servers connected\n");
        showGrid(Optional.empty());
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void thePageCanOnlyBeRead() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"));
        var answer = http.send(request.POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        var head = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
                        .HEAD()
                        .build(),
                BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aPageOfAnotherNameIsRefused() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 403")
                    .contains("[node] web.hosts");
        }
    }
}
