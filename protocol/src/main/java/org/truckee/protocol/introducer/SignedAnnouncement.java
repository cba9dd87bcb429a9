package org.truckee.protocol.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.AnnouncementPublicKey;
import org.truckee.crypto.Base32;

/// What a node says about itself, as it travels: three byte strings that are passed on exactly as they came.
///
/// ```
/// message    UTF-8 JSON object
/// signature  v0- base32( Ed25519 over the message's bytes )
/// key        v0- base32( Ed25519 public key )
/// ```
///
/// One that comes from elsewhere means nothing until [#verify] has accepted it.
public final class SignedAnnouncement {
    private static final String PREFIX = "v0-";

    private final byte[] message;
    private final byte[] signature;
    private final byte[] key;

    public SignedAnnouncement(byte[] message, byte[] signature, byte[] key) {
        this.message = message.clone();
        this.signature = signature.clone();
        this.key = key.clone();
    }

    public static SignedAnnouncement sign(byte[] message, AnnouncementKey key) {
        return new SignedAnnouncement(
                message,
                (PREFIX + Base32.encode(key.sign(message))).getBytes(UTF_8),
                key.publicKey().toString().getBytes(UTF_8));
    }

    public byte[] message() {
        return message.clone();
    }

    public byte[] signature() {
        return signature.clone();
    }

    public byte[] key() {
        return key.clone();
    }

    /// All three together, in bytes.
    public int size() {
        return message.length + signature.length + key.length;
    }

    /// What it says.
    ///
    /// @throws BadAnnouncementException if the signature is not by that key, or the message is not an announcement
    public Announcement verify() throws BadAnnouncementException {
        AnnouncementPublicKey publicKey = AnnouncementPublicKey.parse(new String(key, UTF_8))
                .orElseThrow(() -> new BadAnnouncementException("its key is not an Ed25519 key in base32"));
        Optional<byte[]> signed = Optional.of(new String(signature, UTF_8))
                .filter(text -> text.startsWith(PREFIX))
                .flatMap(text -> Base32.decode(text.substring(PREFIX.length()), AnnouncementPublicKey.SIGNATURE_BYTES));
        if (!signed.map(bytes -> publicKey.verifies(message, bytes)).orElse(false)) {
            throw new BadAnnouncementException("it is not signed by its key");
        }
        return Announcement.parse(new ServerId(publicKey.toString()), message);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedAnnouncement that
                && Arrays.equals(that.message, message)
                && Arrays.equals(that.signature, signature)
                && Arrays.equals(that.key, key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return "SignedAnnouncement(by " + new String(key, UTF_8) + ")";
    }
}
