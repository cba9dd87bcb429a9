package org.truckee.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/// The public half of a mutable file's key; the file's capabilities carry its fingerprint.
public final class MutableVerifyingKey {
    /// Length of a signature by an RSA-2048 key.
    public static final int SIGNATURE_BYTES = 256;

    private static final int SALT_BYTES = 32;

    private final PublicKey key;

    MutableVerifyingKey(PublicKey key) {
        this.key = key;
    }

    /// From a DER SubjectPublicKeyInfo; empty if that is no RSA key.
    public static Optional<MutableVerifyingKey> parse(byte[] der) {
        try {
            return Optional.of(
                    new MutableVerifyingKey(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der))));
        } catch (GeneralSecurityException notAKey) {
            return Optional.empty();
        }
    }

    /// The DER SubjectPublicKeyInfo.
    public byte[] toBytes() {
        return key.getEncoded();
    }

    public Hash fingerprint() {
        return fingerprint(toBytes());
    }

    /// The fingerprint of whatever key these bytes are.
    public static Hash fingerprint(byte[] der) {
        return new Hash(Tag.MUTABLE_PUBLIC_KEY_TO_FINGERPRINT.hash(der));
    }

    public boolean verifies(byte[] message, byte[] signature) {
        try {
            var pss = pss();
            pss.initVerify(key);
            pss.update(message);
            return pss.verify(signature);
        } catch (GeneralSecurityException notByThisKey) {
            return false;
        }
    }

    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (not the longest possible).
    static Signature pss() throws GeneralSecurityException {
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, SALT_BYTES, 1));
        return signature;
    }
}
