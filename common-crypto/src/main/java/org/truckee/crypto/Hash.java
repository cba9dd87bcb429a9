package org.truckee.crypto;

/// A 32-byte hash that names something: a URI extension block, a public key, the root of a tree.
public final class Hash extends ByteString {
    public static final int BYTES = TaggedHasher.BYTES;

    public Hash(byte[] bytes) {
        super(bytes, BYTES);
    }

    @Override
    public String toString() {
        return Base32.encode(bytes);
    }
}
