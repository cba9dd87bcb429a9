package org.truckee.crypto;

import java.util.Locale;
import java.util.Optional;

/// A node's name in FURLs, lease secrets and write enablers: the SHA-1 of its certificate, 20 bytes, 32 characters.
public final class TubId extends ByteString {
    public static final int BYTES = 20;

    public TubId(byte[] bytes) {
        super(bytes, BYTES);
    }

    /// Accepts upper case, as FURLs in the field have it.
    public static Optional<TubId> parse(String text) {
        return Base32.decode(text.toLowerCase(Locale.ROOT), BYTES).map(TubId::new);
    }

    @Override
    public String toString() {
        return Base32.encode(bytes);
    }
}
