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
import java.util.concurrent.TimeUnit;
import org.truckee.protocol.ByteStream;

/// Sends a message body no faster than the connection takes it.
final class OutgoingBody {
    private static final int PIECE_BYTES = 64 << 10;

    /// As many are read while earlier ones are written; the writer then waits for half of them at once, because
    /// changing threads for each piece costs more than the piece.
    private static final int MOST_UNDER_WAY = 4;

    private OutgoingBody() {}

    /// Returns when the last byte is handed to the socket; `patience` bounds the wait for any single piece.
    static void send(Channel channel, ByteStream body, Duration patience) throws IOException {
        var underWay = new ArrayDeque<ChannelFuture>();
        for (long left = body.length(); left > 0; ) {
            ByteBuf piece = read(channel, body, (int) Math.min(left, PIECE_BYTES));
            left -= piece.readableBytes();
            underWay.add(channel.writeAndFlush(new DefaultHttpContent(piece)));
            if (underWay.size() == MOST_UNDER_WAY) {
                awaitHalf(underWay, patience);
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
    private static void awaitHalf(ArrayDeque<ChannelFuture> underWay, Duration patience) throws IOException {
        int half = MOST_UNDER_WAY / 2;
        for (int i = 1; i < half; i++) {
            underWay.remove();
        }
        await(underWay.remove(), patience.multipliedBy(half));
    }

    /// Waits for a write and turns its failure into an exception.
    static void await(ChannelFuture written, Duration patience) throws IOException {
        try {
            if (!written.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SilenceException("the other side took nothing for " + SilenceException.words(patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while sending");
        }
        if (!written.isSuccess()) {
            throw new IOException("the connection was lost while sending", written.cause());
        }
    }
}
