package org.truckee.crypto;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// The public half of an [AnnouncementKey]; its text `v0-` and 52 base32 characters is the node's server id.
public final class AnnouncementPublicKey {
    public static final int SIGNATURE_BYTES = 64;

    private static final String PREFIX = "v0-";

    private final Ed25519PublicKeyParameters key;

    AnnouncementPublicKey(Ed25519PublicKeyParameters key) {
        this.key = key;
    }

    /// From `v0-` and 52 base32 characters; empty if that is no key.
    public static Optional<AnnouncementPublicKey> parse(String text) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            return Base32.decode(text.substring(PREFIX.length()), Ed25519PublicKeyParameters.KEY_SIZE)
                    .map(bytes -> new AnnouncementPublicKey(new Ed25519PublicKeyParameters(bytes)));
        } catch (IllegalArgumentException notAPoint) {
            return Optional.empty();
        }
    }

    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }

    /// The 32 bytes.
    public byte[] toBytes() {
        return key.getEncoded();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnnouncementPublicKey that && Arrays.equals(that.toBytes(), toBytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toBytes());
    }

    @Override
    public String toString() {
        return PREFIX + Base32.encode(toBytes());
    }
}
