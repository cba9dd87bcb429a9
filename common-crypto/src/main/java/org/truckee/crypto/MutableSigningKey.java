package org.truckee.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;

/// The RSA key that signs the versions of one mutable file. The file's write key is a hash of exactly the PKCS#8 bytes
/// the key was made or read with, so these are kept and never written anew.
public final class MutableSigningKey {
    private final byte[] der;
    private final PrivateKey key;
    private final MutableVerifyingKey publicKey;

    private MutableSigningKey(byte[] der, RSAPrivateCrtKey key) throws GeneralSecurityException {
        this.der = der.clone();
        this.key = key;
        PublicKey half = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        this.publicKey = new MutableVerifyingKey(half);
    }

    /// Takes a tenth of a second, sometimes three.
    public static MutableSigningKey generate(SecureRandom random) {
        var key = (RSAPrivateCrtKey) RsaKeys.generate(random).getPrivate();
        try {
            return new MutableSigningKey(key.getEncoded(), key);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("a generated RSA key has a public half", e);
        }
    }

    /// From unencrypted PKCS#8; empty if that is not an RSA key of 2048 bits with all its factors.
    public static Optional<MutableSigningKey> parse(byte[] der) {
        try {
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
            return key instanceof RSAPrivateCrtKey crt && crt.getModulus().bitLength() == RsaKeys.BITS
                    ? Optional.of(new MutableSigningKey(der, crt))
                    : Optional.empty();
        } catch (GeneralSecurityException notAKey) {
            return Optional.empty();
        }
    }

    /// The PKCS#8 bytes.
    public byte[] toBytes() {
        return der.clone();
    }

    public WriteKey writeKey() {
        return new WriteKey(Tag.MUTABLE_PRIVATE_KEY_TO_WRITE_KEY.hash(der, WriteKey.BYTES));
    }

    public MutableVerifyingKey publicKey() {
        return publicKey;
    }

    /// 256 bytes, different each time.
    public byte[] sign(byte[] message) {
        try {
            var signature = MutableVerifyingKey.pss();
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("an RSA key of 2048 bits signs", e);
        }
    }

    @Override
    public String toString() {
        return "MutableSigningKey(hidden)";
    }
}
