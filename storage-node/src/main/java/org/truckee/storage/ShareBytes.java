package org.truckee.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Whole reads and writes at a place of a file.
final class ShareBytes {
    private ShareBytes() {}

    /// The `length` bytes at `position`.
    ///
    /// @throws EOFException if the file ends before
    static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file ends within the " + length + " bytes at " + position);
            }
        }
        return buffer.flip();
    }

    /// All that remains in `buffer`.
    static void write(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }
}
