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
import java.util.concurrent.TimeUnit;
import org.truckee.protocol.ByteStream;

/// Sends a message body no faster than the connection takes it.
final class OutgoingBody {
    private static final int PIECE_BYTES = 64 << 10;

    private OutgoingBody() {}

    /// Returns when the last byte is handed to the socket; `patience` bounds the wait for any single piece.
    static void send(Channel channel, ByteStream body, Duration patience) throws IOException {
        for (long left = body.length(); left > 0; ) {
            ByteBuf piece = Tls.buffer(channel.alloc(), (int) Math.min(left, PIECE_BYTES));
            try {
                ByteBuffer space = piece.nioBuffer(0, piece.capacity());
                space.limit((int) Math.min(left, PIECE_BYTES));
                body.readFully(space);
                piece.writerIndex(space.position());
            } catch (IOException | RuntimeException e) {
                piece.release();
                throw e;
            }
            left -= piece.readableBytes();
            ChannelFuture written = channel.writeAndFlush(new DefaultHttpContent(piece));
            if (!channel.isWritable()) {
                await(written, patience);
            }
        }
        await(channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), patience);
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
