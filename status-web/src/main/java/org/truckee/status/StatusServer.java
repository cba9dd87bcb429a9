package org.truckee.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;

/// Serves what the services of a process say of themselves: `/` for people, `/status.json` for programs, `/metrics`
/// for Prometheus, `/healthz` and `/readyz` for supervisors. Nothing can be changed here, and nobody who may look
/// learns a capability, an address with its secret, or the name of a file.
public final class StatusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final JsonMapper JSON = new JsonMapper();

    /// Everything a page needs is ours, and nothing in a page runs that is not in a file of ours.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    /// What else a page consists of.
    private static final Map<String, String> ASSETS = Map.of(
            "status.css", STYLE,
            "status.js", SCRIPT,
            "uplot-1.6.32.css", STYLE,
            "uplot-1.6.32.js", SCRIPT,
            "idiomorph-0.8.0.js", SCRIPT,
            "mark.svg", "image/svg+xml");

    private final String nickname;
    private final Hosts hosts;
    private final InstantSource clock;
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final Traffic traffic = new Traffic();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;

    /// By role; guarded by itself.
    private final Map<String, Supplier<Status>> services = new LinkedHashMap<>();

    private StatusServer(
            EventLoopGroup loops, InetSocketAddress at, String nickname, List<String> hosts, InstantSource clock)
            throws IOException {
        this.nickname = nickname;
        this.hosts = new Hosts(hosts);
        this.clock = clock;
        this.server = HttpServer.plain(loops, at, this::handle);
    }

    /// Serves the pages of the node that is called `nickname`, under the machine's names and `hosts`.
    public static StatusServer start(
            EventLoopGroup loops, InetSocketAddress at, String nickname, List<String> hosts, InstantSource clock)
            throws IOException {
        var server = new StatusServer(loops, at, nickname, hosts, clock);
        Thread.ofVirtual().name("traffic").start(server::sample);
        return server;
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

    private Snapshot snapshot() {
        Map<String, Supplier<Status>> all;
        synchronized (services) {
            all = new LinkedHashMap<>(services);
        }
        Map<String, Status> statuses = new LinkedHashMap<>();
        all.forEach((role, status) -> statuses.put(role, ask(role, status)));
        return new Snapshot(nickname, statuses, clock.instant());
    }

    /// A service that fails at this is shown as one that fails: people who look at the page want to know it, and the
    /// other services have their places there too.
    private static Status ask(String role, Supplier<Status> status) {
        try {
            return status.get();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("role", role).setCause(e).log("a service cannot say how it is");
            return Status.unknown(role, e);
        }
    }

    private void sample() {
        try {
            do {
                Snapshot snapshot = snapshot();
                snapshot.grid()
                        .ifPresent(grid -> traffic.add(new Traffic.Sample(
                                snapshot.now(),
                                grid.totals().uploadedBytes(),
                                grid.totals().downloadedBytes(),
                                grid.usableFreeBytes())));
            } while (!closed.await(Traffic.STEP.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply handle(Request request) throws IOException {
        return answer(request)
                .with("content-security-policy", POLICY)
                .with("x-content-type-options", "nosniff")
                .with("referrer-policy", "no-referrer")
                .with("cache-control", "no-cache");
    }

    private Reply answer(Request request) throws IOException {
        if (!hosts.accept(request.header("host"))) {
            return Reply.text(403, "this page is not served under that name: add it to [node] web.hosts in tahoe.cfg");
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Reply.text(405, "the status page can only be read").with("allow", "GET, HEAD");
        }
        return switch (String.join("/", request.path())) {
            case "" ->
                request.query().getOrDefault("t", "").equals("json")
                        ? json(StatusJson.welcome(snapshot()))
                        : page(snapshot());
            case "status.json" -> json(StatusJson.of(snapshot()));
            case "history.json" -> json(StatusJson.history(traffic.samples()));
            case "metrics" -> Reply.of(200, Metrics.CONTENT_TYPE, Metrics.of(snapshot()));
            case "healthz" -> Reply.text(200, "ok");
            case "readyz" ->
                snapshot().notReady().map(why -> Reply.text(503, why)).orElse(Reply.text(200, "ready"));
            default -> asset(String.join("/", request.path()));
        };
    }

    private Reply page(Snapshot snapshot) {
        var page = new Utf8ByteOutput();
        templates.render("page.jte", snapshot, page);
        return Reply.of(200, "text/html; charset=utf-8", page.toByteArray());
    }

    private static Reply json(JsonNode tree) throws JsonProcessingException {
        return Reply.of(200, "application/json", JSON.writeValueAsBytes(tree));
    }

    private static Reply asset(String name) throws IOException {
        String type = ASSETS.get(name);
        if (type == null) {
            return Reply.text(404, "there is no such page");
        }
        try (InputStream bytes = StatusServer.class.getResourceAsStream(name)) {
            if (bytes == null) {
                throw new IOException("the page's file " + name + " is missing");
            }
            return Reply.of(200, type, bytes.readAllBytes());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.close();
    }
}
