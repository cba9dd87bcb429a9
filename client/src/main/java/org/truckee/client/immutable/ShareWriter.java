package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.WriteAnswer;

/// Sends one share to one server, front to back, on a thread of its own. Pieces that wait to be sent stay in the
/// memory of their segments, which is what holds back whoever makes them. Safe for use by several threads at once.
///
/// A request carries as many bytes as the server took in two seconds before: few on a slow line, where they would
/// otherwise queue up in front of everything else that is sent, and many on a fast one.
final class ShareWriter implements AutoCloseable {
    private static final int FIRST_REQUEST_BYTES = 64 << 10;
    private static final int LEAST_REQUEST_BYTES = 16 << 10;
    private static final int MOST_REQUEST_BYTES = 4 << 20;
    private static final double REQUEST_SECONDS = 2;

    private record Piece(ByteStream bytes, Optional<SegmentBuffers> memory) {
        void release() {
            memory.ifPresent(SegmentBuffers::release);
        }
    }

    private final StorageIndex storageIndex;
    private final int share;
    private final GridServer server;
    private final UploadSecret secret;
    private final long shareBytes;
    private final Transfer transfer;
    private final BlockingQueue<ShareWriter> over;
    private final Thread thread;

    /// What is being sent; belongs to the thread, which lets go of it.
    private @Nullable Piece current;

    /// All below is guarded by this object's monitor, which is notified when a piece comes and when it is over.
    private final Deque<Piece> pieces = new ArrayDeque<>();

    private boolean waiting;
    private long movedAt = System.nanoTime();
    private long requestNanos;
    private @Nullable IOException failure;
    private boolean complete;

    private ShareWriter(
            StorageIndex storageIndex,
            int share,
            GridServer server,
            UploadSecret secret,
            long shareBytes,
            Transfer transfer,
            BlockingQueue<ShareWriter> over) {
        this.storageIndex = storageIndex;
        this.share = share;
        this.server = server;
        this.secret = secret;
        this.shareBytes = shareBytes;
        this.transfer = transfer;
        this.over = over;
        this.thread = Thread.ofVirtual().name("share " + share).unstarted(this::run);
    }

    /// Begins to send a share. The writer adds itself to `over` once the share is complete or its server does not take
    /// it.
    static ShareWriter start(
            StorageIndex storageIndex,
            int share,
            GridServer server,
            UploadSecret secret,
            long shareBytes,
            Transfer transfer,
            BlockingQueue<ShareWriter> over) {
        var writer = new ShareWriter(storageIndex, share, server, secret, shareBytes, transfer, over);
        transfer.share(share, server, ShareState.MOVING, 0);
        writer.thread.start();
        return writer;
    }

    int share() {
        return share;
    }

    GridServer server() {
        return server;
    }

    /// Whether the server has all of the share.
    synchronized boolean isComplete() {
        return complete;
    }

    /// Whether this is how that share came to that server.
    boolean hasPut(int number, GridServer holder) {
        return share == number && server.equals(holder) && isComplete();
    }

    /// Whether it is neither complete nor failed.
    synchronized boolean isLive() {
        return !complete && failure == null;
    }

    /// Why the server does not take the share.
    synchronized Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /// Whether it has sent everything it was handed.
    synchronized boolean isIdle() {
        return pieces.isEmpty() && waiting;
    }

    /// How long nothing has moved although there is something to send, or to be answered.
    synchronized Duration stalled() {
        return Duration.ofNanos(isIdle() ? 0 : System.nanoTime() - movedAt);
    }

    /// How long the last request took that was answered.
    synchronized Duration lastRequest() {
        return Duration.ofNanos(requestNanos);
    }

    /// Hands over the next piece, which stands in `memory` if that is given.
    void write(ByteStream bytes, Optional<SegmentBuffers> memory) {
        memory.ifPresent(SegmentBuffers::retain);
        var piece = new Piece(bytes, memory);
        synchronized (this) {
            if (isLive()) {
                if (isIdle()) {
                    movedAt = System.nanoTime();
                }
                pieces.add(piece);
                notifyAll();
                return;
            }
        }
        piece.release();
    }

    private void run() {
        try {
            int length = FIRST_REQUEST_BYTES;
            for (long sent = 0; sent < shareBytes; ) {
                int bytes = (int) Math.min(length, shareBytes - sent);
                long nanos = request(sent, bytes);
                sent += bytes;
                length = (int)
                        Math.clamp(bytes * REQUEST_SECONDS * 1e9 / nanos, LEAST_REQUEST_BYTES, MOST_REQUEST_BYTES);
            }
        } catch (IOException | RuntimeException e) {
            fail(e instanceof IOException io ? io : new IOException("a request could not be made", e));
        } finally {
            drop();
            over.add(this);
        }
    }

    private void drop() {
        Piece piece = current;
        if (piece != null) {
            current = null;
            piece.release();
        }
    }

    /// Sends the next bytes; gives how long the server took for them.
    private long request(long offset, int bytes) throws IOException {
        var body = new Body(bytes);
        switch (server.storage().write(storageIndex, share, secret, offset, body)) {
            case WriteAnswer.Refused refused ->
                throw new IOException(
                        switch (refused) {
                            case NOT_ALLOCATED -> "it has forgotten the allocation";
                            case OTHER_SECRET -> "somebody else is uploading that share";
                            case CONFLICT -> "it has other bytes already";
                            case BEYOND_END -> "it allocated fewer bytes";
                        });
            case WriteAnswer.Written written -> {
                boolean last = offset + bytes == shareBytes;
                if (last && !written.complete()) {
                    throw new IOException("it lacks bytes that it had acknowledged");
                }
                moved(bytes, last, body.nanos());
            }
        }
        return body.nanos();
    }

    private void moved(int bytes, boolean last, long nanos) {
        synchronized (this) {
            movedAt = System.nanoTime();
            requestNanos = nanos;
            complete = last;
            notifyAll();
        }
        transfer.share(share, server, last ? ShareState.STORED : ShareState.MOVING, bytes);
    }

    /// Gives the share up: nothing more is sent.
    void fail(IOException reason) {
        Deque<Piece> dropped;
        synchronized (this) {
            if (!isLive()) {
                return;
            }
            failure = reason;
            dropped = new ArrayDeque<>(pieces);
            pieces.clear();
            notifyAll();
        }
        dropped.forEach(Piece::release);
        thread.interrupt();
        transfer.share(share, server, ShareState.DROPPED, 0);
    }

    /// The bytes of one request, as they come.
    private final class Body implements ByteStream {
        private final int length;
        private int left;

        /// When the first byte was there to be sent: the time before is not the server's.
        private long startedAt;

        Body(int length) {
            this.length = length;
            this.left = length;
        }

        long nanos() {
            return Math.max(1, System.nanoTime() - startedAt);
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (left == 0) {
                return -1;
            }
            Piece piece = current == null ? await() : current;
            current = piece;
            if (left == length) {
                startedAt = System.nanoTime();
            }
            int limit = target.limit();
            target.limit(target.position() + Math.min(left, target.remaining()));
            int read = piece.bytes().read(target);
            target.limit(limit);
            if (read < 0) {
                drop();
                return 0;
            }
            left -= read;
            synchronized (ShareWriter.this) {
                movedAt = System.nanoTime();
            }
            return read;
        }

        private Piece await() throws IOException {
            synchronized (ShareWriter.this) {
                waiting = true;
                try {
                    while (pieces.isEmpty() && failure == null) {
                        ShareWriter.this.wait();
                    }
                    if (failure != null) {
                        throw new InterruptedIOException("the share was given up");
                    }
                    return pieces.remove();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the upload was given up");
                } finally {
                    waiting = false;
                }
            }
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /// Waits until it is over, at most so long; says whether it is.
    boolean awaitOver(Duration patience) throws InterruptedException {
        return thread.join(patience);
    }

    /// Gives the share up if it is not complete, and has the server forget it.
    void abort() throws IOException {
        if (isComplete()) {
            return;
        }
        close();
        server.storage().abort(storageIndex, share, secret);
    }

    /// Gives the share up if it is not complete.
    @Override
    public void close() {
        fail(new IOException("the upload was given up"));
    }
}
