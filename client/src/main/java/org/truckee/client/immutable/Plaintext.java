package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.truckee.crypto.ReadKey;

/// A file's contents before encryption, of fixed size, which can be read at any place and more than once.
public interface Plaintext {
    long size();

    /// Fills `target[at, at + length)` with the bytes from `offset` on.
    void read(long offset, byte[] target, int at, int length) throws IOException;

    /// What [ContentKey] has found for all of them, if it was fed with them.
    default Optional<ReadKey> key() {
        return Optional.empty();
    }

    static Plaintext of(byte[] bytes) {
        return new Plaintext() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) {
                System.arraycopy(bytes, Math.toIntExact(offset), target, at, length);
            }
        };
    }

    /// The first `size` bytes of a file that nobody changes meanwhile.
    static Plaintext of(FileChannel file, long size) {
        return new Plaintext() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) throws IOException {
                var buffer = ByteBuffer.wrap(target, at, length);
                while (buffer.hasRemaining()) {
                    if (file.read(buffer, offset + buffer.position() - at) < 0) {
                        throw new IOException("the file became shorter than " + size + " bytes while it was read");
                    }
                }
            }
        };
    }
}
