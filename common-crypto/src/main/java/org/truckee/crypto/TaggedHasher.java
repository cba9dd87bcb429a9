package org.truckee.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// A tagged SHA-256d over a value that arrives in pieces; after [#digest()] it starts anew with the same tag.
/// Not safe for use by several threads at once.
public final class TaggedHasher {
    /// Length of a hash, in bytes.
    public static final int BYTES = 32;

    private final byte[] prefix;
    private final MessageDigest inner = Digests.sha256();

    TaggedHasher(byte[] prefix) {
        this.prefix = prefix;
        inner.update(prefix);
    }

    public TaggedHasher update(byte[] bytes) {
        return update(bytes, 0, bytes.length);
    }

    public TaggedHasher update(byte[] bytes, int from, int length) {
        inner.update(bytes, from, length);
        return this;
    }

    /// Takes what remains in `bytes` and moves its position to its limit.
    public TaggedHasher update(ByteBuffer bytes) {
        inner.update(bytes);
        return this;
    }

    public byte[] digest() {
        byte[] once = inner.digest();
        byte[] twice = inner.digest(once);
        inner.update(prefix);
        return twice;
    }
}
