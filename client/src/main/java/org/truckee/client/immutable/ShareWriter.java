package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.truckee.client.grid.GridServer;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.WriteAnswer;

/// Sends one share to one server, front to back, on a thread of its own. Whoever hands it pieces waits when the server
/// is slower; pieces handed to a writer that failed are dropped.
final class ShareWriter implements AutoCloseable {
    /// Pieces that may wait to be sent.
    private static final int QUEUE = 3;

    /// Pieces are collected to requests of at least this size.
    private static final int REQUEST_BYTES = 1_000_000;

    private final StorageIndex storageIndex;
    private final int share;
    private final GridServer server;
    private final UploadSecret secret;
    private final BlockingQueue<Optional<ByteBuffer>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private boolean complete;

    ShareWriter(StorageIndex storageIndex, int share, GridServer server, UploadSecret secret) {
        this.storageIndex = storageIndex;
        this.share = share;
        this.server = server;
        this.secret = secret;
        this.thread = Thread.ofVirtual().name("share " + share).start(this::run);
    }

    int share() {
        return share;
    }

    GridServer server() {
        return server;
    }

    /// Why the server does not take the share any more; nothing as long as it does.
    @Nullable
    IOException failure() {
        return failure;
    }

    /// Hands over the next piece; the caller does not change it afterwards.
    void write(byte[] piece) throws IOException {
        put(Optional.of(ByteBuffer.wrap(piece)));
    }

    /// Waits until the server has the whole share; says whether it does.
    boolean finish() throws IOException {
        put(Optional.empty());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while finishing a share");
        }
        return complete;
    }

    private void put(Optional<ByteBuffer> piece) throws IOException {
        try {
            queue.put(piece);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing a share");
        }
    }

    private void run() {
        try {
            long offset = 0;
            List<ByteBuffer> request = new ArrayList<>();
            long bytes = 0;
            for (boolean last = false; !last; ) {
                Optional<ByteBuffer> piece = queue.take();
                last = piece.isEmpty();
                piece.ifPresent(request::add);
                bytes += piece.map(ByteBuffer::remaining).orElse(0);
                if (failure == null && bytes > 0 && (last || bytes >= REQUEST_BYTES)) {
                    send(offset, ByteStream.of(request.toArray(ByteBuffer[]::new)));
                }
                if (bytes >= REQUEST_BYTES) {
                    offset += bytes;
                    bytes = 0;
                    request.clear();
                }
            }
        } catch (InterruptedException e) {
            failure = new InterruptedIOException("the upload was given up");
        }
    }

    private void send(long offset, ByteStream request) {
        try {
            switch (server.storage().write(storageIndex, share, secret, offset, request)) {
                case WriteAnswer.Written written -> complete = written.complete();
                case WriteAnswer.Refused refused ->
                    failure = new IOException(server + " refused share " + share + ": " + refused);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /// Ends the thread, and tells the server to forget the share if it is not complete.
    @Override
    public void close() {
        thread.interrupt();
        if (!complete) {
            try {
                server.storage().abort(storageIndex, share, secret);
            } catch (IOException unreachable) {
                // it forgets by itself after half an hour
            }
        }
    }
}
