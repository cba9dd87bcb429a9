package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.truckee.client.grid.Rate;
import org.truckee.client.grid.Transfer;
import org.truckee.protocol.ByteStream;

/// The ciphertext of a file from some place to its end, on its way to a helper. Somebody else may watch how far it
/// is.
final class SentCiphertext implements ByteStream {
    private static final int PIECE_BYTES = 64 << 10;

    private final CiphertextSource source;
    private final Rate rate;
    private final Transfer transfer;
    private final long length;
    private final byte[] piece = new byte[PIECE_BYTES];

    /// Written by the one thread that reads.
    private final AtomicLong at;

    SentCiphertext(CiphertextSource source, long from, Rate rate, Transfer transfer) {
        this.source = source;
        this.rate = rate;
        this.transfer = transfer;
        this.at = new AtomicLong(from);
        this.length = source.segmentation().size() - from;
    }

    /// Where the next byte stands in the ciphertext.
    long at() {
        return at.get();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        long offset = at.get();
        long left = source.segmentation().size() - offset;
        if (left == 0) {
            return -1;
        }
        int bytes = rate.turn((int) Math.min(Math.min(left, PIECE_BYTES), target.remaining()));
        rate.take(bytes);
        source.read(offset, piece, 0, bytes);
        target.put(piece, 0, bytes);
        at.addAndGet(bytes);
        transfer.moved(bytes);
        return bytes;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
