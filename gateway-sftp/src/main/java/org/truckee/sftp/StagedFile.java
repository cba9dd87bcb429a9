package org.truckee.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.truckee.client.files.OpenFile;
import org.truckee.client.immutable.Plaintext;

/// A file while a client writes it, before it goes to the grid: a local file of its own that can be written anywhere,
/// in any order.
final class StagedFile implements AutoCloseable {
    private static final int PIECE_BYTES = 256 << 10;

    private final FileChannel channel;

    private StagedFile(FileChannel channel) {
        this.channel = channel;
    }

    /// An empty one in `folder`, which nobody else can open.
    static StagedFile create(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "", ".staged");
        return new StagedFile(FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
    }

    /// Begins with what `file` holds.
    void copyFrom(OpenFile file) throws IOException {
        var piece = new byte[PIECE_BYTES];
        int read;
        for (long at = 0; (read = file.read(at, piece, 0, piece.length)) > 0; at += read) {
            write(at, piece, 0, read);
        }
    }

    long size() throws IOException {
        return channel.size();
    }

    void write(long offset, byte[] data, int from, int length) throws IOException {
        var buffer = ByteBuffer.wrap(data, from, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer, offset + buffer.position() - from);
        }
    }

    /// Up to `length` bytes; -1 at the end.
    int read(long offset, byte[] target, int at, int length) throws IOException {
        var buffer = ByteBuffer.wrap(target, at, length);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position() - at) >= 0) {
            // until it is full
        }
        int read = buffer.position() - at;
        return read == 0 && length > 0 ? -1 : read;
    }

    void truncate(long size) throws IOException {
        if (size < channel.size()) {
            channel.truncate(size);
        } else if (size > channel.size()) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    Plaintext contents() throws IOException {
        return Plaintext.of(channel, channel.size());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
