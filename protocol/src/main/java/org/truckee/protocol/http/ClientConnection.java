package org.truckee.protocol.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.ByteStream;

/// One connection of an [HttpsClient], used for one exchange at a time.
final class ClientConnection extends ChannelInboundHandlerAdapter {
    /// The first part of an answer; its body follows.
    record Head(int status, HttpHeaders headers, IncomingBody body, boolean keepAlive) {}

    private final Channel channel;
    private final Duration patience;
    private final Consumer<ClientConnection> idle;

    private volatile CompletableFuture<Head> head = new CompletableFuture<>();
    private volatile @Nullable IncomingBody body;
    private volatile Instant idleSince = Instant.MAX;

    /// `idle` takes the connection back when an exchange is over and another may follow.
    ClientConnection(Channel channel, Duration patience, Consumer<ClientConnection> idle) {
        this.channel = channel;
        this.patience = patience;
        this.idle = idle;
    }

    /// Sends the request and waits for the head of the answer.
    Head exchange(HttpRequest request, ByteStream content) throws IOException {
        var answer = new CompletableFuture<Head>();
        head = answer;
        body = null;
        channel.write(request);
        try {
            OutgoingBody.send(channel, content, patience);
        } catch (IOException e) {
            if (!answer.isDone() || answer.isCompletedExceptionally()) {
                close();
                throw e;
            }
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            throw new SilenceException("no answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            close();
            throw new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e.getCause());
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        }
    }

    /// Ends an exchange: a connection whose answer has wholly arrived can serve another.
    void release(Head done) {
        boolean reusable = done.body().hasArrived() && done.keepAlive() && channel.isActive();
        done.body().close();
        if (reusable) {
            idleSince = Instant.now();
            idle.accept(this);
        } else {
            close();
        }
    }

    Instant idleSince() {
        return idleSince;
    }

    boolean isActive() {
        return channel.isActive();
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var part = (HttpObject) message;
        if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            fail(new IOException(
                    "the server does not speak HTTP", part.decoderResult().cause()));
            ctx.close();
            return;
        }
        if (part instanceof HttpResponse response && response.status().code() >= 200) {
            var arriving = new IncomingBody(channel, patience);
            body = arriving;
            head.complete(
                    new Head(response.status().code(), response.headers(), arriving, HttpUtil.isKeepAlive(response)));
        }
        if (part instanceof HttpContent content) {
            IncomingBody arriving = body;
            if (arriving == null) {
                content.release();
            } else {
                arriving.put(content);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new IOException("the server closed the connection before its answer was complete"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(new IOException("the connection broke: " + cause.getMessage(), cause));
        ctx.close();
    }

    private void fail(IOException reason) {
        head.completeExceptionally(reason);
        IncomingBody arriving = body;
        if (arriving != null) {
            arriving.fail(reason);
        }
    }
}
