package org.truckee.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/// Bytes with a meaning: equal to another of the same class with the same bytes, never changed. The classes below are
/// final.
public abstract class ByteString {
    final byte[] bytes;

    ByteString(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    ByteString(byte[] bytes, int length) {
        this(bytes);
        if (bytes.length != length) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + " needs " + length + " bytes, got " + bytes.length);
        }
    }

    /// A copy of the bytes.
    public final byte[] toBytes() {
        return bytes.clone();
    }

    /// Compares in time that does not depend on the contents.
    @Override
    public final boolean equals(Object other) {
        return getClass().isInstance(other) && MessageDigest.isEqual(bytes, ((ByteString) other).bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public abstract String toString();
}
