package org.truckee.crypto;

import java.util.Base64;
import java.util.Optional;

/// A node's name in NURLs: the SHA-256 of its public key (SubjectPublicKeyInfo), 32 bytes, 43 characters of base64url.
public final class SpkiHash extends ByteString {
    public static final int BYTES = 32;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    public SpkiHash(byte[] bytes) {
        super(bytes, BYTES);
    }

    public static Optional<SpkiHash> parse(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(text))
                    .filter(bytes -> bytes.length == BYTES
                            && ENCODER.encodeToString(bytes).equals(text))
                    .map(SpkiHash::new);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return ENCODER.encodeToString(bytes);
    }
}
