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

    private final Duration patience;
    private final Consumer<ClientConnection> idle;

    /// Set when the connection's pipeline is built.
    private volatile @Nullable Channel channel;

    private volatile CompletableFuture<Head> head = new CompletableFuture<>();
    private volatile @Nullable IncomingBody body;
    private volatile Instant idleSince = Instant.MAX;
    private volatile boolean sentWhole;
    private volatile boolean abandoned;

    /// `idle` takes the connection back when an exchange is over and another may follow.
    ClientConnection(Duration patience, Consumer<ClientConnection> idle) {
        this.patience = patience;
        this.idle = idle;
    }

    /// Sends the request and waits for the head of the answer. Whatever goes wrong closes the connection.
    Head exchange(HttpRequest request, ByteStream content) throws IOException {
        boolean answered = false;
        try {
            Head answer = sendAndWait(request, content);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                abandon();
            }
        }
    }

    private void abandon() {
        abandoned = true;
        close();
        IncomingBody arriving = body;
        if (arriving != null) {
            arriving.close();
        }
    }

    private Head sendAndWait(HttpRequest request, ByteStream content) throws IOException {
        var answer = new CompletableFuture<Head>();
        head = answer;
        body = null;
        sentWhole = false;
        Channel connected = channel();
        connected.write(request);
        try {
            OutgoingBody.send(connected, content, patience);
            sentWhole = true;
        } catch (IOException e) {
            // a server may answer, with a refusal for instance, before it has taken everything
            if (!answer.isDone() || answer.isCompletedExceptionally()) {
                throw e;
            }
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SilenceException("no answer within " + SilenceException.words(patience));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ProtocolViolationException violation
                    ? new ProtocolViolationException(violation.problem(), violation)
                    : new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        }
    }

    /// Ends an exchange: a connection whose answer has wholly arrived can serve another.
    void release(Head done) {
        boolean reusable = sentWhole && done.body().hasArrived() && done.keepAlive() && isActive();
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
        return channel().isActive();
    }

    void close() {
        channel().close();
    }

    private Channel channel() {
        return Objects.requireNonNull(channel);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var part = (HttpObject) message;
        if (abandoned || part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            fail(new ProtocolViolationException("its answer is not HTTP"));
            ctx.close();
            return;
        }
        if (part instanceof HttpResponse response && response.status().code() >= 200) {
            var arriving = new IncomingBody(new ReadingPause(ctx.channel()), patience, 0);
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
    public void channelReadComplete(ChannelHandlerContext ctx) {
        IncomingBody arriving = body;
        if (arriving != null) {
            arriving.paused();
        }
        ctx.fireChannelReadComplete();
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
