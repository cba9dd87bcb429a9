package org.truckee.protocol.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection on which no request comes, or the head of one too slowly. Stands before the HTTP codec, where
/// single bytes are seen. All fields belong to the event loop.
final class RequestTimer extends ChannelInboundHandlerAdapter {
    private enum State {
        /// Between two requests, nothing of the next has arrived.
        QUIET,
        /// The head of a request is arriving.
        HEAD,
        /// The body is arriving, which others watch.
        BODY,
        /// The request is here and being answered.
        ANSWER,
        /// It still is, and something of the next has arrived.
        NEXT
    }

    private final Bounds bounds;
    private State state = State.QUIET;
    private boolean trusted;
    private @Nullable Future<?> end;

    RequestTimer(Bounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        wait(ctx, bounds.headTime());
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        switch (state) {
            case QUIET -> {
                state = State.HEAD;
                // a first head has had its time since the connection was made
                if (trusted) {
                    wait(ctx, bounds.headTime());
                }
            }
            case ANSWER -> state = State.NEXT;
            case HEAD, BODY, NEXT -> {}
        }
        ctx.fireChannelRead(bytes);
    }

    /// The head of a request is complete.
    void begin() {
        state = State.BODY;
        stop();
    }

    /// Its body is, too.
    void whole() {
        state = State.ANSWER;
    }

    /// The request is answered.
    void end(ChannelHandlerContext ctx, boolean success) {
        trusted |= success;
        state = state == State.NEXT ? State.HEAD : State.QUIET;
        wait(ctx, trusted && state == State.QUIET ? bounds.idleTime() : bounds.headTime());
    }

    private void wait(ChannelHandlerContext ctx, Duration time) {
        stop();
        end = ctx.executor().schedule(() -> ctx.channel().close(), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stop() {
        if (end != null) {
            end.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }
}
