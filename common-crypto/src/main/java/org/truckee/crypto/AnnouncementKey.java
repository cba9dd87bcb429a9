package org.truckee.crypto;

import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A node's Ed25519 key (`private/node.privkey`): it signs what the node announces, and its public half names the node.
public final class AnnouncementKey {
    private static final String PREFIX = "priv-v0-";

    private final Ed25519PrivateKeyParameters key;

    private AnnouncementKey(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    public static AnnouncementKey generate(SecureRandom random) {
        return new AnnouncementKey(new Ed25519PrivateKeyParameters(random));
    }

    /// From `priv-v0-` and 52 base32 characters.
    public static Optional<AnnouncementKey> parse(String text) {
        return text.startsWith(PREFIX)
                ? Base32.decode(text.substring(PREFIX.length()), Ed25519PrivateKeyParameters.KEY_SIZE)
                        .map(bytes -> new AnnouncementKey(new Ed25519PrivateKeyParameters(bytes)))
                : Optional.empty();
    }

    /// The secret text, as kept in the file.
    public String toText() {
        return PREFIX + Base32.encode(key.getEncoded());
    }

    public AnnouncementPublicKey publicKey() {
        return new AnnouncementPublicKey(key.generatePublicKey());
    }

    /// 64 bytes.
    public byte[] sign(byte[] message) {
        var signature = new byte[Ed25519PrivateKeyParameters.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    @Override
    public String toString() {
        return "AnnouncementKey(hidden)";
    }
}
