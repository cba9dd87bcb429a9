package org.truckee.protocol.storage;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;

/// A storage server seen through HTTPS on loopback.
public final class HttpsFront implements AutoCloseable {
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(new SecureRandom());
    private static final Swissnum SWISSNUM = Swissnum.of("swiss");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpServer endpoint;
    private final HttpStorageClient client;

    public HttpsFront(StorageServer behind) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        endpoint =
                HttpServer.secure(loops, loopback, Tls.server(CERTIFICATE), new HttpStorageEndpoint(behind, SWISSNUM));
        client = client(SWISSNUM, CERTIFICATE);
    }

    /// Another client, that believes in this swissnum and certificate.
    public HttpStorageClient client(Swissnum swissnum, NodeCertificate certificate) {
        var tls = Tls.client(
                shown -> NodeCertificate.spkiHash(shown.getPublicKey()).equals(certificate.spkiHash()));
        return new HttpStorageClient(new HttpsClient(loops, new Location("127.0.0.1", port()), tls), swissnum);
    }

    public NodeCertificate certificate() {
        return CERTIFICATE;
    }

    public StorageServer server() {
        return client;
    }

    public int port() {
        return endpoint.port();
    }

    /// Closes the port and all connections to it.
    public void stopServing() {
        endpoint.close();
    }

    @Override
    public void close() {
        client.close();
        endpoint.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
