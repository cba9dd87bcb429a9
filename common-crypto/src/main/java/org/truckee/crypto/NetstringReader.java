package org.truckee.crypto;

import java.nio.ByteBuffer;
import java.util.Optional;

/// Takes netstrings, one after the other, out of bytes from elsewhere.
public final class NetstringReader {
    private static final int MAX_DIGITS = 10;

    private final ByteBuffer bytes;

    /// Reads what remains in `bytes`.
    public NetstringReader(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    public boolean atEnd() {
        return !bytes.hasRemaining();
    }

    /// How many bytes have been taken.
    public int position() {
        return bytes.position();
    }

    /// The contents of the next one, not copied; empty if what comes is none, and then the place stays.
    public Optional<ByteBuffer> next() {
        int start = bytes.position();
        long length = 0;
        for (int digits = 0; bytes.hasRemaining() && digits <= MAX_DIGITS; digits++) {
            byte digit = bytes.get();
            if (digit == ':' && digits > 0) {
                return contents(start, length);
            }
            if (digit < '0' || digit > '9') {
                break;
            }
            length = length * 10 + digit - '0';
        }
        bytes.position(start);
        return Optional.empty();
    }

    private Optional<ByteBuffer> contents(int start, long length) {
        int from = bytes.position();
        if (length >= bytes.remaining() || bytes.get(from + (int) length) != ',') {
            bytes.position(start);
            return Optional.empty();
        }
        bytes.position(from + (int) length + 1);
        return Optional.of(bytes.slice(from, (int) length));
    }
}
