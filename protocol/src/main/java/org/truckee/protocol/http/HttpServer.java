package org.truckee.protocol.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A port on which requests are answered, with TLS or without.
public final class HttpServer implements AutoCloseable {
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final int PIECE_BYTES = 64 << 10;

    private final Channel listener;
    private final ChannelGroup connections;
    private final ExecutorService threads;

    private HttpServer(Channel listener, ChannelGroup connections, ExecutorService threads) {
        this.listener = listener;
        this.connections = connections;
        this.threads = threads;
    }

    /// A server without TLS, for pages.
    public static HttpServer plain(EventLoopGroup loops, InetSocketAddress at, RequestHandler handler)
            throws IOException {
        return start(loops, at, Optional.empty(), Bounds.DEFAULT, handler);
    }

    /// A server that shows the certificate of `tls`.
    public static HttpServer secure(
            EventLoopGroup loops, InetSocketAddress at, SslContext tls, Bounds bounds, RequestHandler handler)
            throws IOException {
        return start(loops, at, Optional.of(tls), bounds, handler);
    }

    private static HttpServer start(
            EventLoopGroup loops, InetSocketAddress at, Optional<SslContext> tls, Bounds bounds, RequestHandler handler)
            throws IOException {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        long seed = new SecureRandom().nextLong();
        var handshakes = new AddressRate(bounds.handshakes(), seed, System::nanoTime);
        var requests = new AddressRate(bounds.requests(), seed, System::nanoTime);
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, Tls.receiving())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (connections.size() >= bounds.connections()
                                || !handshakes.tryOne(channel.remoteAddress().getAddress())) {
                            drop(channel);
                            return;
                        }
                        connections.add(channel);
                        tls.ifPresent(context -> channel.pipeline().addLast(tlsHandler(context, channel, bounds)));
                        var timer = new RequestTimer(bounds);
                        channel.pipeline()
                                .addLast(timer)
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxHeaderSize(bounds.headBytes())
                                        .setMaxChunkSize(PIECE_BYTES)))
                                .addLast(new ServerConnection(handler, threads, bounds, requests, timer));
                    }
                });
        var bound = bootstrap.bind(at).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            threads.close();
            throw new IOException(
                    "cannot listen on " + at.getHostString() + " port " + at.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new HttpServer(bound.channel(), connections, threads);
    }

    /// Without a farewell, so that nothing of it remains.
    private static void drop(SocketChannel channel) {
        channel.config().setSoLinger(0);
        channel.close();
    }

    private static SslHandler tlsHandler(SslContext context, SocketChannel channel, Bounds bounds) {
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeout(bounds.headTime().toNanos(), TimeUnit.NANOSECONDS);
        return handler;
    }

    /// The port listened on, also where any was asked for.
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// Stops listening, lets the handlers that run finish for a moment, then drops all connections and interrupts
    /// those that still do.
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        threads.shutdown();
        try {
            threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.close().awaitUninterruptibly();
        threads.shutdownNow();
        threads.close();
    }
}
