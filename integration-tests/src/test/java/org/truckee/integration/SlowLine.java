package org.truckee.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A line to a port of this machine on which, towards the port, every byte goes through an [Uplink] together with
/// those of all other lines through it; back, it only takes as long.
final class SlowLine implements AutoCloseable {
    private static final int PIECE_BYTES = 8 << 10;
    private static final int PIECES_ON_THE_WAY = 64;

    private final ServerSocket listening;
    private final int target;
    private final Uplink uplink;

    /// What a household sends through: bytes go one after the other, those that wait stand in one queue.
    static final class Uplink {
        private final Duration oneWay;
        private final double nanosPerByte;
        private final long queueNanos;
        private long freeAt = System.nanoTime();

        /// Without a limit if `bitsPerSecond` is 0. What comes when the queue is so long waits before it.
        Uplink(Duration oneWay, long bitsPerSecond, Duration queue) {
            this.oneWay = oneWay;
            this.nanosPerByte = bitsPerSecond == 0 ? 0 : 8e9 / bitsPerSecond;
            this.queueNanos = queue.toNanos();
        }

        /// How long what comes now waits.
        synchronized Duration queued() {
            return Duration.ofNanos(Math.max(0, freeAt - System.nanoTime()));
        }

        /// Puts bytes into the queue; gives when they arrive.
        private long send(int bytes) throws InterruptedException {
            long sent;
            synchronized (this) {
                freeAt = Math.max(freeAt, System.nanoTime()) + Math.round(bytes * nanosPerByte);
                sent = freeAt;
            }
            sleepUntil(sent - queueNanos);
            return sent + oneWay.toNanos();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // pieces are never compared
    private record Piece(byte[] bytes, int length, long arrives) {}

    SlowLine(int target, Uplink uplink) throws IOException {
        this.target = target;
        this.uplink = uplink;
        this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listening.accept();
                var far = new Socket();
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                carry(near.getInputStream(), far.getOutputStream(), far, uplink);
                carry(far.getInputStream(), near.getOutputStream(), near, new Uplink(uplink.oneWay, 0, Duration.ZERO));
            }
        } catch (IOException closed) {
            // the line is closed
        }
    }

    private void carry(InputStream from, OutputStream to, Socket target, Uplink through) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>(PIECES_ON_THE_WAY);
        Thread.ofVirtual().start(() -> {
            try {
                int length = 0;
                while (length >= 0) {
                    var bytes = new byte[PIECE_BYTES];
                    length = from.read(bytes);
                    onTheWay.put(new Piece(bytes, length, through.send(Math.max(0, length))));
                }
            } catch (IOException | InterruptedException over) {
                onTheWay.offer(new Piece(new byte[0], -1, System.nanoTime()));
            }
        });
        Thread.ofVirtual().start(() -> {
            try (target) {
                for (Piece piece = onTheWay.take(); piece.length() >= 0; piece = onTheWay.take()) {
                    sleepUntil(piece.arrives());
                    to.write(piece.bytes(), 0, piece.length());
                }
            } catch (IOException | InterruptedException over) {
                // the other side is gone
            }
        });
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
