package org.truckee.protocol.storage;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.RequestHandler;
import org.truckee.protocol.http.Tls;

/// A storage server seen through HTTPS on loopback.
public final class HttpsFront implements AutoCloseable {
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(new SecureRandom());
    private static final Swissnum SWISSNUM = Swissnum.of("swiss");

    /// For all fronts of a test run.
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("https-front", true), NioIoHandler.newFactory());

    private final Path staging = Files.createTempDirectory("staging-");
    private final HttpServer endpoint;
    private final HttpStorageClient client;

    public HttpsFront(StorageServer behind) throws IOException {
        this(behind, Bounds.DEFAULT);
    }

    public HttpsFront(StorageServer behind, Bounds bounds) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoint = HttpServer.secure(
                LOOPS, loopback, Tls.server(CERTIFICATE), bounds, new HttpStorageEndpoint(behind, SWISSNUM, staging));
        client = client(SWISSNUM, CERTIFICATE);
    }

    /// Another client, that believes in this swissnum and certificate.
    public HttpStorageClient client(Swissnum swissnum, NodeCertificate certificate) {
        return client(swissnum, certificate, port(), Duration.ofMinutes(1));
    }

    /// A client that gives up soon, of this server or of what listens at another port.
    public static HttpStorageClient impatient(int port) {
        return client(SWISSNUM, CERTIFICATE, port, Duration.ofMillis(500));
    }

    private static HttpStorageClient client(
            Swissnum swissnum, NodeCertificate certificate, int port, Duration patience) {
        var tls = Tls.client(
                shown -> NodeCertificate.spkiHash(shown.getPublicKey()).equals(certificate.spkiHash()));
        return new HttpStorageClient(new HttpsClient(LOOPS, new Location("127.0.0.1", port), tls, patience), swissnum);
    }

    /// A port on which the certificate that clients expect is shown, and anything may happen then.
    public static HttpServer stranger(RequestHandler handler) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpServer.secure(LOOPS, loopback, Tls.server(CERTIFICATE), Bounds.DEFAULT, handler);
    }

    public NodeCertificate certificate() {
        return CERTIFICATE;
    }

    public StorageServer server() {
        return client;
    }

    /// Where large requests are staged; removed at the end, which fails if anything was left in it.
    public Path staging() {
        return staging;
    }

    public int port() {
        return endpoint.port();
    }

    @Override
    public void close() {
        client.close();
        endpoint.close();
        try {
            Files.delete(staging);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
