package org.truckee.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.truckee.protocol.ByteStream;

/// A message body that is sent no faster than the connection takes it.
final class OutgoingBody {
    private static final int PIECE_BYTES = 64 << 10;

    /// As many are read while earlier ones are written; the writer then waits for half of them at once, because
    /// changing threads for each piece costs more than the piece.
    private static final int MOST_UNDER_WAY = 4;

    private final Channel channel;
    private final Duration patience;
    private final Thread sender = Thread.currentThread();
    private final SilenceTimer timer;

    private OutgoingBody(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
        this.timer = new SilenceTimer(channel.eventLoop(), this::wake);
    }

    /// Returns when the last byte is handed to the socket; `patience` bounds the wait for any single piece.
    static void send(Channel channel, ByteStream body, Duration patience) throws IOException {
        var outgoing = new OutgoingBody(channel, patience);
        try (var _ = outgoing.timer) {
            outgoing.send(body);
        }
    }

    private void send(ByteStream body) throws IOException {
        var underWay = new ArrayDeque<ChannelFuture>();
        for (long left = body.length(); left > 0; ) {
            ByteBuf piece = read(channel, body, (int) Math.min(left, PIECE_BYTES));
            left -= piece.readableBytes();
            underWay.add(channel.writeAndFlush(new DefaultHttpContent(piece)));
            if (underWay.size() == MOST_UNDER_WAY) {
                awaitHalf(underWay);
            }
        }
        await(channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), patience);
    }

    private static ByteBuf read(Channel channel, ByteStream body, int bytes) throws IOException {
        ByteBuf piece = Tls.buffer(channel.alloc(), bytes);
        try {
            ByteBuffer space = piece.nioBuffer(0, bytes);
            body.readFully(space);
            return piece.writerIndex(bytes);
        } catch (IOException | RuntimeException e) {
            piece.release();
            throw e;
        }
    }

    /// Pieces are written in their order, so that the last of the earlier half stands for all of it.
    private void awaitHalf(ArrayDeque<ChannelFuture> underWay) throws IOException {
        int half = MOST_UNDER_WAY / 2;
        for (int i = 1; i < half; i++) {
            underWay.remove();
        }
        await(underWay.remove(), patience.multipliedBy(half));
    }

    /// Waits for a write and turns its failure into an exception.
    private void await(ChannelFuture written, Duration most) throws IOException {
        written.addListener(_ -> wake());
        long began = System.nanoTime();
        while (!written.isDone()) {
            long left = most.toNanos() - (System.nanoTime() - began);
            if (left <= 0) {
                throw new SilenceException("the other side took nothing for " + SilenceException.words(most));
            }
            timer.wakeWithin(left);
            LockSupport.park(this);
            if (sender.isInterrupted()) {
                throw new InterruptedIOException("interrupted while sending");
            }
        }
        if (!written.isSuccess()) {
            throw new IOException("the connection was lost while sending", written.cause());
        }
    }

    private void wake() {
        LockSupport.unpark(sender);
    }
}
