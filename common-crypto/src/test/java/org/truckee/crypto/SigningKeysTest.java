package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final byte[] MESSAGE =
            "{\"version\": 0, \"nickname\": \"n\\u00e9\", \"service-name\": \"storage\", \"seqnum\": 7}"
                    .getBytes(UTF_8);

    /// Printed by Tahoe-LAFS's `allmydata.crypto.ed25519` for the private key bytes 00..1f.
    @Test
    void announcementSignatureIsTahoes() {
        var key = AnnouncementKey.parse("priv-v0-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq")
                .orElseThrow();
        assertThat(key.publicKey()).hasToString("v0-aoqqpp7tzyil4hlq3umoos6atft6jvrqtosq2xy53sdgiesvgg4a");
        assertThat(Base32.encode(key.sign(MESSAGE)))
                .isEqualTo(
                        "xaf6tw5ldg2pb6hbbuols5ek4n3noxyr7umjflay6yk7iqawxbj2v376bxyq7mbgmyrqojen6ywbnjwb7rdiodk3f3z2n2mu2hgeiay");
    }

    @Test
    void announcementSignatureHoldsForItsMessageOnly() {
        var key = AnnouncementKey.generate(new SecureRandom());
        var publicKey = AnnouncementPublicKey.parse(key.publicKey().toString()).orElseThrow();
        assertThat(publicKey.verifies(MESSAGE, key.sign(MESSAGE))).isTrue();
        assertThat(publicKey.verifies(new byte[] {1}, key.sign(MESSAGE))).isFalse();
        assertThat(publicKey.verifies(MESSAGE, new byte[3])).isFalse();
    }

    @Test
    void mutableKeyReadAgainIsTheSameFile() {
        var made = MutableSigningKey.generate(new SecureRandom());
        var read = MutableSigningKey.parse(made.toBytes()).orElseThrow();
        assertThat(read.writeKey()).isEqualTo(made.writeKey());
        assertThat(read.publicKey().fingerprint()).isEqualTo(made.publicKey().fingerprint());
        assertThat(made.publicKey().verifies(MESSAGE, read.sign(MESSAGE))).isTrue();
        assertThat(made.publicKey().verifies(new byte[0], read.sign(MESSAGE))).isFalse();
    }

    @Test
    void garbageIsNoKey() {
        assertThat(MutableSigningKey.parse(new byte[1216])).isEmpty();
        assertThat(MutableVerifyingKey.parse(new byte[294])).isEmpty();
        assertThat(AnnouncementKey.parse("priv-v0-a")).isEmpty();
        assertThat(AnnouncementPublicKey.parse("v1-")).isEmpty();
    }
}
