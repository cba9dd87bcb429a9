package org.truckee.protocol.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A connection to somewhere else, for a client who asked for it by CONNECT. Once it is joined with the client's own,
/// bytes pass both ways, as fast as the slower side takes them, until either side ends or nothing has passed for
/// five minutes. Safe for use by any number of threads.
public final class Tunnel implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Channel far;
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private volatile boolean claimed;

    private Tunnel(Channel far) {
        this.far = far;
    }

    /// Connects to `address`, within `patience`.
    public static Tunnel open(EventLoopGroup loops, InetSocketAddress address, Duration patience) throws IOException {
        var connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new IdleStateHandler(0, 0, IDLE.toSeconds(), TimeUnit.SECONDS));
                    }
                })
                .connect(address);
        try {
            connecting.await();
        } catch (InterruptedException e) {
            connecting.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting to " + address);
        }
        if (!connecting.isSuccess()) {
            throw new IOException(
                    address + " cannot be reached: " + connecting.cause().getMessage(), connecting.cause());
        }
        return new Tunnel(connecting.channel());
    }

    /// Bytes that the client sent through it.
    public long up() {
        return up.get();
    }

    /// Bytes that came back.
    public long down() {
        return down.get();
    }

    public boolean isOpen() {
        return far.isActive();
    }

    /// On the event loop of the client's connection, which is nobody else's any more.
    void join(Channel client) {
        client.config().setAutoRead(false);
        client.pipeline().addLast(new Pipe(far, up));
        far.pipeline().addLast(new Pipe(client, down));
        if (far.isActive()) {
            client.read();
            far.read();
        } else {
            client.close();
        }
    }

    /// It will be joined, and ends with the client's connection.
    void claim() {
        claimed = true;
    }

    void closeUnlessClaimed() {
        if (!claimed) {
            close();
        }
    }

    @Override
    public void close() {
        far.close();
    }

    /// Hands what one side sends to the other, and reads more when that has taken it.
    private static final class Pipe extends ChannelInboundHandlerAdapter {
        private final Channel other;
        private final AtomicLong bytes;

        Pipe(Channel other, AtomicLong bytes) {
            this.other = other;
            this.bytes = bytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            bytes.addAndGet(((ByteBuf) message).readableBytes());
            other.writeAndFlush(message).addListener((ChannelFutureListener) written -> {
                if (written.isSuccess()) {
                    ctx.channel().read();
                } else {
                    ctx.close();
                }
            });
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent) {
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
