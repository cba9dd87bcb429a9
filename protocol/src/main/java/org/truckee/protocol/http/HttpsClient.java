package org.truckee.protocol.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.Location;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ServerUnreachableException.Reason;

/// Asks one server, over connections that are kept for later requests. Safe for use by any number of threads.
public final class HttpsClient implements AutoCloseable {
    /// Python servers drop idle connections after 60 s without a word.
    private static final Duration MAX_IDLE = Duration.ofSeconds(50);

    private static final int MAX_IDLE_CONNECTIONS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int PIECE_BYTES = 64 << 10;

    private final EventLoopGroup loops;
    private final Location location;
    private final SslContext tls;
    private final Duration patience;
    private final Optional<Relay> relay;
    private final ConcurrentLinkedDeque<ClientConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    public HttpsClient(EventLoopGroup loops, Location location, SslContext tls) {
        this(loops, location, tls, PATIENCE);
    }

    /// `patience` is how long a server may say nothing, or take nothing, before a request has failed; so a connection
    /// that was cut without a word is noticed.
    public HttpsClient(EventLoopGroup loops, Location location, SslContext tls, Duration patience) {
        this(loops, location, tls, patience, Optional.empty());
    }

    private HttpsClient(
            EventLoopGroup loops, Location location, SslContext tls, Duration patience, Optional<Relay> relay) {
        this.loops = loops;
        this.location = location;
        this.tls = tls;
        this.patience = patience;
        this.relay = relay;
    }

    /// For a server that is only reached through somebody else, whose location this client then has. What `tls`
    /// accepts is the server's certificate, not the relay's, which sees nothing of what is said.
    public static HttpsClient through(EventLoopGroup loops, Relay relay, SslContext tls) {
        return new HttpsClient(loops, relay.location(), tls, PATIENCE, Optional.of(relay));
    }

    public Location location() {
        return location;
    }

    /// Sends a request and returns when the head of the answer is there.
    ///
    /// @throws ServerUnreachableException if no connection could be made: nothing was asked
    /// @throws IOException if no answer was heard, which does not mean that nothing happened
    public Answer send(String method, String path, HttpHeaders headers, ByteStream body) throws IOException {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, headers);
        headers.set(HttpHeaderNames.HOST, location.toString());
        if (body.length() > 0 || !method.equals("GET")) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length());
        }
        ClientConnection kept = takeIdle();
        if (kept != null) {
            try {
                return new Answer(kept, kept.exchange(request, body));
            } catch (SilenceException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (!method.equals("GET")) {
                    throw e;
                }
                // the server may have closed it while it lay idle; asking again does no harm
            }
        }
        ClientConnection fresh = connect();
        return new Answer(fresh, fresh.exchange(request, body));
    }

    private @Nullable ClientConnection takeIdle() {
        Instant oldest = Instant.now().minus(MAX_IDLE);
        for (var kept = idle.pollLast(); kept != null; kept = idle.pollLast()) {
            if (kept.isActive() && kept.idleSince().isAfter(oldest)) {
                return kept;
            }
            kept.close();
        }
        return null;
    }

    private void keep(ClientConnection connection) {
        idle.addLast(connection);
        if (closed) {
            close();
        }
        if (idle.size() > MAX_IDLE_CONNECTIONS) {
            Optional.ofNullable(idle.pollFirst()).ifPresent(ClientConnection::close);
        }
    }

    private ClientConnection connect() throws IOException {
        if (closed) {
            throw new IOException("this client is closed");
        }
        SslHandler secured = tls.newHandler(ByteBufAllocator.DEFAULT, location.host(), location.port());
        secured.setHandshakeTimeout(connectTime().toNanos(), TimeUnit.NANOSECONDS);
        var connection = new ClientConnection(patience, this::keep);
        Consumer<ChannelPipeline> handlers = pipeline -> pipeline.addLast(secured)
                .addLast(new HttpClientCodec(new HttpDecoderConfig().setMaxChunkSize(PIECE_BYTES), false, false))
                .addLast(connection);
        Channel channel = relay.isPresent() ? connectThrough(relay.get(), handlers) : open(handlers);
        try {
            await(secured.handshakeFuture());
            return connection;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// The server's handlers come after the relay's, once that has connected us.
    private Channel connectThrough(Relay through, Consumer<ChannelPipeline> handlers) throws IOException {
        SslHandler outer = through.tls().newHandler(ByteBufAllocator.DEFAULT, location.host(), location.port());
        outer.setHandshakeTimeout(connectTime().toNanos(), TimeUnit.NANOSECONDS);
        var joining = new RelayConnection(through, handlers);
        Channel channel = open(pipeline ->
                pipeline.addLast(outer).addLast(new HttpClientCodec()).addLast(joining));
        try {
            await(outer.handshakeFuture());
            joining.ask(channel, patience);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Channel open(Consumer<ChannelPipeline> handlers) throws IOException {
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Tls.receiving())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        connectTime().toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        handlers.accept(channel.pipeline());
                    }
                })
                .connect(address());
        try {
            await(connecting);
            return connecting.channel();
        } catch (IOException e) {
            connecting.channel().close();
            throw e;
        }
    }

    /// Asked for here, since an event loop would wait for it, and all other servers with it.
    private InetSocketAddress address() throws IOException {
        try {
            return new InetSocketAddress(InetAddress.getByName(location.host()), location.port());
        } catch (UnknownHostException e) {
            throw new ServerUnreachableException(location, Reason.UNKNOWN_HOST, e);
        }
    }

    private Duration connectTime() {
        return patience.compareTo(CONNECT) < 0 ? patience : CONNECT;
    }

    private void await(Future<?> step) throws IOException {
        try {
            step.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting to " + location);
        }
        if (!step.isSuccess()) {
            throw new ServerUnreachableException(location, reason(step.cause()), step.cause());
        }
    }

    private static Reason reason(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            switch (t) {
                case Tls.PinMismatchException _ -> {
                    return Reason.OTHER_CERTIFICATE;
                }
                case UnknownHostException _ -> {
                    return Reason.UNKNOWN_HOST;
                }
                case ConnectTimeoutException _ -> {
                    return Reason.SILENT;
                }
                case SslHandshakeTimeoutException _ -> {
                    return Reason.SILENT;
                }
                case NoRouteToHostException _ -> {
                    return Reason.NO_ROUTE;
                }
                case ConnectException _ -> {
                    return Reason.REFUSED;
                }
                default -> {}
            }
        }
        boolean noTls = Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
                .anyMatch(t -> t instanceof SSLException || t instanceof ClosedChannelException);
        return noTls ? Reason.NO_TLS : Reason.FAILED;
    }

    /// Drops the connections that lie idle, and each other one when its exchange is over.
    @Override
    public void close() {
        closed = true;
        for (var kept = idle.pollLast(); kept != null; kept = idle.pollLast()) {
            kept.close();
        }
    }
}
