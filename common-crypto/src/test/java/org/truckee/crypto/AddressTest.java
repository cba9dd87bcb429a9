package org.truckee.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static final String TUB_ID = "scii2kdsvkyjrotpevqtf5pe5ro6sgls";
    private static final String SPKI = "-WJq3GLXp02StBbzlD6jp9o8S1KKATQ5XmGiK0SnL1k";

    @Test
    void certificateGivesTheIdsThatTahoeComputes() throws Exception {
        byte[] der = Base64.getMimeDecoder().decode("""
                        MIIBBTCBq6ADAgECAgEBMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwHhcNMDAwMTAxMDAwMDAwWhcNMDEwMTAxMDAwMDAw
                        WjAMMQowCAYDVQQDDAF4MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaVdV93MUP74puOS5f7kzvD14Wdbuvk99hFe6iZ2+
                        L2oj+VYqRQ0k4ZB48kRCv4qAlvTVfYhLlp1BSK4utMIDGDAKBggqhkjOPQQDAgNJADBGAiEAlakEMj2oOJ2TQ2QFD20ZyAWi
                        shm025xbsOfWAZpnFIgCIQDp49G28qHclJAnU7S46MQblsXfAmIXQIRLzxLZJhr6QQ==
                        """);
        var certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        assertThat(NodeCertificate.tubId(certificate)).hasToString(TUB_ID);
        assertThat(NodeCertificate.spkiHash(certificate.getPublicKey())).hasToString(SPKI);
    }

    @Test
    void nodeCertificateIsTheSameAfterItsFileIsReadAgain() {
        var made = NodeCertificate.generate(new SecureRandom());
        var read = NodeCertificate.fromPem(made.toPem()).orElseThrow();
        assertThat(read.tubId()).isEqualTo(made.tubId());
        assertThat(read.spkiHash()).isEqualTo(made.spkiHash());
        assertThat(read.privateKey()).isEqualTo(made.privateKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN", "x"})
    void brokenPemIsNoCertificate(String pem) {
        assertThat(NodeCertificate.fromPem(pem)).isEmpty();
    }

    @Test
    void furlWithSeveralHintsKeepsThemAllAndUsesTheTcpOnes() throws Exception {
        String text = "pb://" + TUB_ID + "@tcp:127.0.0.1:45011,tor:abc.onion:1,[::1]:7,pi.example:8098/swiss";
        var furl = Furl.parse(text);
        assertThat(furl.uri()).isEqualTo(text);
        assertThat(furl.locations())
                .map(Location::toString)
                .containsExactly("127.0.0.1:45011", "[::1]:7", "pi.example:8098");
        assertThat(furl.toString()).doesNotContain("swiss");
    }

    @Test
    void furlWithoutHintsParses() throws Exception {
        assertThat(Furl.parse("pb://" + TUB_ID + "@/x").locations()).isEmpty();
    }

    @Test
    void nurlPrintsAsItWasRead() throws Exception {
        String text = "pb://" + SPKI + "@127.0.0.1:45011/v6y7j4ck32j5dvqk5zbyid6yeuv2glu7#v=1";
        assertThat(Nurl.parse(text).uri()).isEqualTo(text);
        assertThat(Nurl.parse(text).toString()).doesNotContain("v6y7j4ck");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pb://",
                "http://x",
                "pb://" + TUB_ID + "/x",
                "pb://" + TUB_ID + "@tcp:h:1/",
                "pb://secretsecret@h:1/x"
            })
    void malformedFurlIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> Furl.parse(text))
                .isInstanceOf(MalformedAddressException.class)
                .hasMessageStartingWith("not a furl: ")
                .hasMessageNotContaining("secretsecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pb://" + SPKI + "@h:1/x",
                "pb://" + SPKI + "@h:0/x#v=1",
                "pb://" + SPKI + "@:1/x#v=1",
                "pb://" + SPKI + "@h:1/#v=1",
                "pb://" + TUB_ID + "@h:1/x#v=1",
                "pb://" + SPKI + "@h:1/%zz#v=1"
            })
    void malformedNurlIsRefused(String text) {
        assertThatThrownBy(() -> Nurl.parse(text))
                .isInstanceOf(MalformedAddressException.class)
                .hasMessageStartingWith("not a nurl: ");
    }
}
