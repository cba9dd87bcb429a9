package org.truckee.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ReadingPause.Reason;

/// The body of a message while it arrives. The event loop puts pieces in, one virtual thread takes bytes out; when
/// more than [#HIGH] bytes wait, the connection is not read until fewer than [#LOW] do.
public final class IncomingBody implements ReadableByteChannel {
    private static final int HIGH = 512 << 10;
    private static final int LOW = 128 << 10;

    /// For fewer bytes a reader is not woken while more arrive: changing threads costs more than copying them.
    private static final int WORTH_WAKING = 64 << 10;

    /// What may go wrong with a body on its way here, and the status for a request with such a body.
    enum Trouble {
        TOO_SLOW(408),
        WRONG_LENGTH(400),
        /// The message was cut short or is not HTTP.
        BROKEN(400);

        private final int status;

        Trouble(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private final ReadingPause pause;
    private final SilenceTimer timer;
    private final Duration patience;
    private final int bytesPerSecond;

    /// Guards everything below.
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private int waiting;
    private boolean complete;
    private boolean closed;
    private @Nullable IOException failure;
    private @Nullable Trouble trouble;
    private long arrived;
    private long waitedNanos;

    /// A reader that hears nothing for `patience` gets an error, and one that has waited longer than that in all for
    /// fewer than `bytesPerSecond`.
    IncomingBody(ReadingPause pause, Duration patience, int bytesPerSecond) {
        this.pause = pause;
        this.timer = new SilenceTimer(pause.loop(), this::paused);
        this.patience = patience;
        this.bytesPerSecond = bytesPerSecond;
    }

    /// What went wrong, if anything did.
    Optional<Trouble> trouble() {
        lock.lock();
        try {
            return Optional.ofNullable(trouble);
        } finally {
            lock.unlock();
        }
    }

    /// Takes over `content`; called by the event loop, which says by [#paused] when nothing follows at once.
    void put(HttpContent content) {
        lock.lock();
        try {
            complete |= content instanceof LastHttpContent;
            arrived += content.content().readableBytes();
            if (closed) {
                content.release();
            } else {
                waiting += content.content().readableBytes();
                pieces.add(content.content());
            }
            if (waiting > HIGH) {
                pause.begin(Reason.BODY_WAITS);
            }
            if (complete || waiting >= WORTH_WAKING) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more has arrived for now, so that a reader has to do with what was put, or see how long it has waited.
    void paused() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Makes every later read fail, unless all has arrived; called by the event loop.
    void fail(IOException reason) {
        lock.lock();
        try {
            if (!complete && failure == null) {
                failure = reason;
                trouble = Trouble.BROKEN;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether the last byte has arrived, read or not.
    boolean hasArrived() {
        lock.lock();
        try {
            return complete;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            awaitPiece();
            int before = target.position();
            while (target.hasRemaining() && !pieces.isEmpty()) {
                take(pieces.getFirst(), target);
            }
            if (waiting < LOW) {
                pause.end(Reason.BODY_WAITS);
            }
            int read = target.position() - before;
            return read > 0 || !pieces.isEmpty() || !complete ? read : -1;
        } finally {
            lock.unlock();
        }
    }

    private void awaitPiece() throws IOException {
        long began = System.nanoTime();
        while (pieces.isEmpty() && !complete) {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (closed) {
                throw new IOException("the message body was closed");
            }
            long left = patience.toNanos() - (System.nanoTime() - began);
            if (left <= 0) {
                trouble = Trouble.TOO_SLOW;
                throw new SilenceException("nothing arrived for " + SilenceException.words(patience));
            }
            expectSpeed();
            try {
                timer.wakeWithin(left);
                long before = System.nanoTime();
                changed.await();
                waitedNanos += System.nanoTime() - before;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for a message body");
            }
        }
    }

    private void expectSpeed() throws SilenceException {
        double seconds = waitedNanos / 1e9;
        if (waitedNanos > patience.toNanos() && arrived < seconds * bytesPerSecond) {
            trouble = Trouble.TOO_SLOW;
            throw new SilenceException(
                    "only %d bytes arrived in %.0f s of waiting for them".formatted(arrived, seconds));
        }
    }

    private void take(ByteBuf piece, ByteBuffer target) {
        int bytes = Math.min(piece.readableBytes(), target.remaining());
        ByteBuffer part = target.slice(target.position(), bytes);
        piece.readBytes(part);
        target.position(target.position() + bytes);
        waiting -= bytes;
        if (!piece.isReadable()) {
            pieces.removeFirst().release();
        }
    }

    /// All of the body.
    ///
    /// @throws BodyTooLongException if it has more than `limit` bytes
    public byte[] readAll(int limit) throws IOException {
        var bytes = ByteBuffer.allocate(Math.min(limit + 1, 8192));
        while (read(bytes) >= 0) {
            if (bytes.position() > limit) {
                throw new BodyTooLongException(limit);
            }
            if (!bytes.hasRemaining()) {
                int larger = (int) Math.min(limit + 1L, 2L * bytes.capacity());
                bytes = ByteBuffer.allocate(larger).put(bytes.flip());
            }
        }
        var all = new byte[bytes.position()];
        bytes.get(0, all);
        return all;
    }

    /// Throws away what was not read; says whether that was all, at most `limit` bytes.
    boolean drain(int limit) throws IOException {
        var waste = ByteBuffer.allocate(8192);
        for (int drained = 0; drained <= limit; drained += waste.position()) {
            if (read(waste.clear()) < 0) {
                return true;
            }
        }
        return false;
    }

    private void expectEnd() throws IOException {
        var more = ByteBuffer.allocate(1);
        while (read(more) >= 0) {
            if (!more.hasRemaining()) {
                throw wrongLength("the message body is longer than it should be");
            }
        }
    }

    private IOException wrongLength(String sentence) {
        lock.lock();
        try {
            trouble = Trouble.WRONG_LENGTH;
        } finally {
            lock.unlock();
        }
        return new IOException(sentence);
    }

    /// The body as bytes of a known number, at the end of which it must end.
    public ByteStream ofLength(long length) {
        return new ByteStream() {
            private long left = length;

            @Override
            public long length() {
                return length;
            }

            @Override
            public int read(ByteBuffer target) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int limit = target.limit();
                target.limit((int) Math.min(limit, target.position() + left));
                try {
                    int read = IncomingBody.this.read(target);
                    if (read < 0) {
                        throw wrongLength("the message body ended " + left + " bytes too early");
                    }
                    left -= read;
                    if (left == 0) {
                        expectEnd();
                    }
                    return read;
                } finally {
                    target.limit(limit);
                }
            }

            @Override
            public boolean isOpen() {
                return IncomingBody.this.isOpen();
            }

            @Override
            public void close() {
                IncomingBody.this.close();
            }
        };
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Lets go of what was not read.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            timer.close();
            pieces.forEach(ByteBuf::release);
            pieces.clear();
            waiting = 0;
            pause.end(Reason.BODY_WAITS);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
