package org.truckee.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A connection to a relay until it has become one to the node behind. Everything but [#ask] belongs to the event
/// loop.
final class RelayConnection extends ChannelInboundHandlerAdapter {
    private static final int MOST_WORDS = 300;

    private final Relay relay;
    private final Consumer<ChannelPipeline> handlers;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final StringBuilder words = new StringBuilder();
    private int status;

    /// `handlers` puts those in place that talk to the node.
    RelayConnection(Relay relay, Consumer<ChannelPipeline> handlers) {
        this.relay = relay;
        this.handlers = handlers;
    }

    /// Returns when what is sent next goes to the node.
    void ask(Channel channel, Duration patience) throws IOException {
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.CONNECT, relay.target());
        request.headers()
                .set(HttpHeaderNames.HOST, relay.location().toString())
                .set(Authorization.HEADER, relay.authorization());
        channel.writeAndFlush(request);
        try {
            joined.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SilenceException("no answer from the relay within " + SilenceException.words(patience));
        } catch (ExecutionException e) {
            throw new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the relay");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpResponse response) {
                status = response.status().code();
            }
            if (message instanceof HttpContent content) {
                note(content.content());
            }
            if (message instanceof LastHttpContent) {
                end(ctx);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void note(ByteBuf part) {
        int room = Math.min(part.readableBytes(), MOST_WORDS - words.length());
        words.append(part.toString(part.readerIndex(), Math.max(0, room), UTF_8));
    }

    private void end(ChannelHandlerContext ctx) {
        if (status != 200) {
            String why = words.toString().replaceAll("\\p{C}", " ").strip();
            joined.completeExceptionally(new IOException(relay.location() + " does not relay to it: "
                    + (why.isEmpty() ? "it answered status " + status : why)));
            ctx.close();
            return;
        }
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.remove(HttpClientCodec.class); // first: those that come may write at once
        handlers.accept(pipeline);
        pipeline.remove(this);
        joined.complete(null);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        joined.completeExceptionally(new IOException(relay.location() + " closed the connection before it was joined"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        joined.completeExceptionally(
                new IOException("the connection to the relay broke: " + cause.getMessage(), cause));
        ctx.close();
    }
}
