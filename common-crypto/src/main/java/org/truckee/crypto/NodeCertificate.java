package org.truckee.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/// A node's key and self-signed certificate, made once and kept for life (`private/node.pem`): its TubID is a hash of
/// the whole certificate, so another certificate would be another node to all who hold secrets for this one.
/// Nobody checks dates or names; peers are known by hash.
public final class NodeCertificate {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private final X509Certificate certificate;
    private final PrivateKey privateKey;

    private NodeCertificate(X509Certificate certificate, PrivateKey privateKey) {
        this.certificate = certificate;
        this.privateKey = privateKey;
    }

    /// A new RSA-2048 key with its certificate; takes about a tenth of a second.
    public static NodeCertificate generate(SecureRandom random) {
        var keys = RsaKeys.generate(random);
        var name = new X500Name("CN=newpb_thingy");
        var builder = new JcaX509v1CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(Instant.parse("2000-01-01T00:00:00Z")),
                Date.from(Instant.parse("2999-12-31T23:59:59Z")),
                name,
                keys.getPublic());
        try {
            var signer = new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate());
            byte[] der = builder.build(signer).getEncoded();
            return new NodeCertificate(parseCertificate(der), keys.getPrivate());
        } catch (OperatorCreationException | CertificateException e) {
            throw new AssertionError("every JDK signs and reads RSA certificates", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From the certificate and the PKCS#8 key in one PEM text; empty if either is missing or broken.
    public static Optional<NodeCertificate> fromPem(String pem) {
        X509Certificate certificate = null;
        PrivateKey key = null;
        try (var reader = new PemReader(new StringReader(pem))) {
            for (PemObject part = reader.readPemObject(); part != null; part = reader.readPemObject()) {
                switch (part.getType()) {
                    case CERTIFICATE -> certificate = parseCertificate(part.getContent());
                    case PRIVATE_KEY -> key = parseKey(part.getContent(), certificate);
                    default -> {}
                }
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException broken) {
            return Optional.empty();
        }
        return certificate == null || key == null
                ? Optional.empty()
                : Optional.of(new NodeCertificate(certificate, key));
    }

    public String toPem() {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(CERTIFICATE, certificate.getEncoded()));
            writer.writeObject(new PemObject(PRIVATE_KEY, privateKey.getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateEncodingException e) {
            throw new AssertionError("a parsed certificate has its encoding", e);
        }
        return text.toString();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public PrivateKey privateKey() {
        return privateKey;
    }

    public TubId tubId() {
        return tubId(certificate);
    }

    public SpkiHash spkiHash() {
        return spkiHash(certificate.getPublicKey());
    }

    /// The TubID of whoever shows `certificate`.
    public static TubId tubId(X509Certificate certificate) {
        try {
            return new TubId(Digests.sha1().digest(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new AssertionError("a parsed certificate has its encoding", e);
        }
    }

    public static SpkiHash spkiHash(PublicKey key) {
        return new SpkiHash(Digests.sha256(key.getEncoded()));
    }

    @Override
    public String toString() {
        return "NodeCertificate(" + tubId() + ")";
    }

    private static X509Certificate parseCertificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static PrivateKey parseKey(byte[] der, @Nullable X509Certificate certificate)
            throws GeneralSecurityException {
        String algorithm =
                certificate == null ? "RSA" : certificate.getPublicKey().getAlgorithm();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
