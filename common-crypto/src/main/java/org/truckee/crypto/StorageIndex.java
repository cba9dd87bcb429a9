package org.truckee.crypto;

import java.util.Optional;

/// Where the shares of one file are kept on every server; public, 16 bytes, 26 characters as text.
public final class StorageIndex extends ByteString {
    public static final int BYTES = 16;

    public StorageIndex(byte[] bytes) {
        super(bytes, BYTES);
    }

    public static Optional<StorageIndex> parse(String text) {
        return Base32.decode(text, BYTES).map(StorageIndex::new);
    }

    @Override
    public String toString() {
        return Base32.encode(bytes);
    }
}
