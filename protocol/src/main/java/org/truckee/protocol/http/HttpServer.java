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
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A port on which requests are answered, with TLS or without.
public final class HttpServer implements AutoCloseable {
    /// Python clients keep idle connections for 240 s and do not try again on a dead one.
    private static final Duration IDLE = Duration.ofMinutes(5);

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_HEAD_BYTES = 16 << 10;
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
        return start(loops, at, null, handler);
    }

    /// A server that shows the certificate of `tls`.
    public static HttpServer secure(EventLoopGroup loops, InetSocketAddress at, SslContext tls, RequestHandler handler)
            throws IOException {
        return start(loops, at, tls, handler);
    }

    private static HttpServer start(
            EventLoopGroup loops, InetSocketAddress at, @Nullable SslContext tls, RequestHandler handler)
            throws IOException {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                                        .setMaxChunkSize(PIECE_BYTES)))
                                .addLast(new IdleStateHandler(0, 0, IDLE.toSeconds(), TimeUnit.SECONDS))
                                .addLast(new ServerConnection(handler, threads, PATIENCE));
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
