package org.truckee.crypto;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/// The RSA key that signs the versions of one mutable file. The file's write key is a hash of exactly the PKCS#8
/// bytes the key was made or read with, so these are kept and never written anew.
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

    /// From PEM, `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1, which is then wrapped as Tahoe-LAFS does it);
    /// empty if that is not an RSA key of 2048 bits.
    public static Optional<MutableSigningKey> fromPem(String pem) {
        try (var reader = new PemReader(new StringReader(pem))) {
            PemObject part = reader.readPemObject();
            if (part == null) {
                return Optional.empty();
            }
            return switch (part.getType()) {
                case "PRIVATE KEY" -> parse(part.getContent());
                case "RSA PRIVATE KEY" -> parse(wrapped(part.getContent()));
                default -> Optional.empty();
            };
        } catch (IOException | IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private static byte[] wrapped(byte[] pkcs1) throws IOException {
        var algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return new PrivateKeyInfo(algorithm, RSAPrivateKey.getInstance(pkcs1)).getEncoded("DER");
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
