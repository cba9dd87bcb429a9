package org.truckee.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Bytes on their way, so many of them that they need not fit into memory, of a number known in advance.
/// Whoever is handed one reads it once and closes it; not safe for use by several threads at once.
public interface ByteStream extends ReadableByteChannel {
    /// How many bytes there are from start to end, whether read already or not.
    long length();

    /// Fills `target` to its limit.
    ///
    /// @throws EOFException if the bytes end before
    default void readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (read(target) < 0) {
                throw new EOFException("the bytes ended " + target.remaining() + " too early");
            }
        }
    }

    /// All bytes, for streams known to be short.
    default byte[] readAll() throws IOException {
        var bytes = new byte[Math.toIntExact(length())];
        readFully(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /// What remains in `buffers`, which this stream uses up.
    static ByteStream of(ByteBuffer... buffers) {
        return new BufferedBytes(buffers);
    }

    static ByteStream of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }
}
