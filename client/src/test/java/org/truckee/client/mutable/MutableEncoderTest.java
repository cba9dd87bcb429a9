package org.truckee.client.mutable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.share.CorruptShareException;
import org.truckee.crypto.Digests;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MutableSigningKey;

/// The expected values were made by Tahoe-LAFS with the same key, salt and contents; its key is public test data.
class MutableEncoderTest {
    private static final String PKCS1 = """
            MIIEpAIBAAKCAQEA1I0X8E9USJxPRJmD6l3cjlyGYi9hXxJFb5km5/J7elPbYPP3DhdHmJcELYP5HxGBmfLavCBvFDO6nVA3TDwCPrI/7KpiY7uHzZkL
            gsLA8M45NaJEeUgACBESZcNioUqYLNHvYKLOqTDV+JwyQ9oWUNONd2jg3LQ+e4oyVwvxEZ41P5cMu9wJI8OO/G7FItCL2Ts1OgjmNWEz6KN7MjU/2UsN
            fa2eK6mlZ3Wi1oprhmfCrWHu+hjevqW46Qp/ddCCkBQCHKcV5ZsbBVxq6vqrYClUYa6Y5jzevMK8euuT+tA289sxjXpbY3eXaggWdeDIoDquOumCCkVx
            hoj3dvUKsQIDAQABAoIBAAIAsFSN0sv6WQ7a6XDIYJ8gxQ1gx+iW6fuStFikIsC00JDZy56g3oZUCfCJ2UuPJSr3rFLwdUt570yzKEo6GIVRtaN7uYCa
            ED4CLqcVQa8jKkvUkxOXd5Sb4JH/5MqDQurNMZW2Av96G9IDWr/j6qjpTWBuJww9UIdmdnH2hVd2oz12+6Y/6nlrE2iGPDkQMPnkKXRb7xeaXJOql600
            3hA4JRtzzS1uBb7cRuvyW/oOouBBxoP49a8UUoetgOMNDvVX4/16lRY3K6VjVfserJz2R7QYKcfCJAe54VImGGhvq0Q76kfKsbX0xZ5fGFgS8LyAaZYy
            R6M3V88+qmUT2WkCgYEA1mI7uL+NEn3zRjjkpqqO1tmKfZVDayQ5bpOtJG44qpmv+eihBuu7S7V2waf46SwZAdUyXYxj+u0Dfnwre53tx7jdrntKNP9o
            1i8b3pZW13wv/IWq2bcAUFAhSlFjw9qj9nVFYHnqhygKGq+EbzkILp2eQUstjoWM4xCo1bRMMN0CgYEA/c/KYwVm6nyK6jMAK5zGWstliTPYkkSU79Bv
            dbwXayIVp8CeDYPWpZxtqVQtoNvQwA9C8K2PuHrHFH3a16siXPrto0hoC3oXyyKKmqbeZLpafg1ngQfieVYS0A0qt6cVx+Sz3gy7W7xeHfBSBbDPJR/G
            4gI88+9GVJdCVAfK2eUCgYB5ZaD56gZBfW7fyeG4ewZtpTwmBvrpVdbrxdYatguCl4qt0kw09hHWOkioOqzZpO34OrjNfm0zLzl2S2v4ESMPoKBvaENK
            JYNBHeYDMlC0rw8hSLPJmzYjRGzFf7cltc55Bkkl64Ohy0uFdvRgYwQ+GWT/Bkoi1X9FKS7h7LnkRQKBgQDF/jZvEGO8P/NNxwM3AlFpuok2go9LatyU
            RxDr0xKhrDEgb43cFSB4iJKzKMt/VHp/mGgrv/kBfCWYwqTY4NMpnUWLvowLh+7Ps95TziBmi0jUVDiN20y8Qnzid6L/KQRArxPxABWX9lWlHTee4NJ2
            r1dCL2TFFb7TdjtzubBwUQKBgQCnEaEgoZ2Rqp3P7TzQjSzPlHlHBMXW28sEdXprdlwicU18fjDj5+ogiozu9orcAD8AOGBNueKErSWiXhp+MuY4AvJu
            JZPV3gkMKKYc83HKWN05Xh8rkcZ3KIHCyp3EBdtI+YDWvLISSqvFqCYtBR5v7eU9Ri2gOVljtmgJ8lARAA==
            """;

    private static final HexFormat HEX = HexFormat.of();
    private static final int PUBLIC_KEY_BYTES = 294;
    private static final int SIGNING_KEY_BYTES = 1218;
    private static final byte[] FILE = "This is a test file.\n".getBytes(UTF_8);

    static MutableSigningKey key() {
        String pem = "-----BEGIN RSA PRIVATE KEY-----\n" + PKCS1 + "-----END RSA PRIVATE KEY-----\n";
        return MutableSigningKey.fromPem(pem).orElseThrow();
    }

    private static Salt salt(int value) {
        var bytes = new byte[Salt.BYTES];
        Arrays.fill(bytes, (byte) value);
        return Salt.read(ByteBuffer.wrap(bytes));
    }

    private static String sha256WithoutSignature(MutableVersion version, int share) {
        byte[] bytes = version.shares().get(share).clone();
        MutableHeader header = version.header();
        int signatureAt = (int) MutableLayout.of(header, PUBLIC_KEY_BYTES, SIGNING_KEY_BYTES)
                .signature()
                .begin();
        Arrays.fill(bytes, signatureAt, signatureAt + 256, (byte) 0);
        return HEX.formatHex(Digests.sha256(bytes));
    }

    @Test
    void capabilityFollowsFromTheKey() throws IOException {
        var cap = MutableWriteCap.of(MutableFormat.SDMF, key());
        assertThat(cap.uri())
                .isEqualTo("URI:SSK:fs6ul2fju2fvb2cfx7gt6ngycm:hncpinwszbggrurbvuaaexnftk3j5wfr7473pj2g734mo2isxlbq");
        assertThat(cap.readOnly().uri())
                .isEqualTo(
                        "URI:SSK-RO:65ruo2zytr3uxnaxkptdoqkth4:hncpinwszbggrurbvuaaexnftk3j5wfr7473pj2g734mo2isxlbq");
        assertThat(cap.readOnly().toVerifyCap().uri())
                .isEqualTo(
                        "URI:SSK-Verifier:axxzm642zi4vozwfjdijoafbrm:hncpinwszbggrurbvuaaexnftk3j5wfr7473pj2g734mo2isxlbq");
    }

    @Test
    void sdmfIsAsTahoesEncoderMakesItButForTheSignature() throws IOException {
        MutableVersion version = encode(MutableFormat.SDMF, FILE);
        assertThat(HEX.formatHex(version.header().root().toBytes()))
                .isEqualTo("851a570472456341750124bcb19c9896bdb5debc763f1dcc900d7ff927c6825a");
        assertThat(sha256WithoutSignature(version, 0))
                .isEqualTo("7d8f2a12a4d8f1e3b83f8e65f90b7b059a0d54883e95f31239db515b2096c2de");
    }

    @Test
    void emptySdmfIsAsTahoesEncoderMakesIt() throws IOException {
        assertThat(sha256WithoutSignature(encode(MutableFormat.SDMF, new byte[0]), 0))
                .isEqualTo("a79c855b35a216e54b3de11fa09a7f1b923ec34b0e4ac59bf14b2aa01e7ac921");
    }

    @Test
    void mdmfIsAsTahoesEncoderMakesItButForTheSignature() throws IOException {
        var contents = new byte[300_000];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = (byte) (7 * i + i / 251);
        }
        assertThat(sha256WithoutSignature(encode(MutableFormat.MDMF, contents), 0))
                .isEqualTo("bf7d1fc54705d0d7f99528e505afc08593581222df38aa30d340dda2c6ed63ec");
    }

    private static MutableVersion encode(MutableFormat format, byte[] contents) throws IOException {
        var next = new AtomicInteger(0xa0);
        return new MutableEncoder(key(), format, new Encoding(3, 10))
                .encode(contents, 1, () -> salt(next.getAndIncrement()));
    }

    private static MutableShareReader open(int share, byte[] bytes) throws IOException {
        Hash fingerprint = key().publicKey().fingerprint();
        return MutableShareReader.open(
                share,
                (offset, length) -> Arrays.copyOfRange(
                        bytes, (int) Math.min(offset, bytes.length), (int) Math.min(offset + length, bytes.length)),
                fingerprint);
    }

    @ParameterizedTest
    @CsvSource({"SDMF, 0", "SDMF, 1", "SDMF, 21", "SDMF, 5000", "MDMF, 0", "MDMF, 1", "MDMF, 131073", "MDMF, 300000"})
    void anyThreeSharesGiveTheContents(MutableFormat format, int size) throws IOException {
        var contents = new byte[size];
        new Random(size).nextBytes(contents);
        MutableVersion version = encode(format, contents);
        var decoder = new MutableDecoder(version.header(), key().writeKey().readKey());
        var decoded = ByteBuffer.allocate(size);
        for (int segment = 0; segment < version.header().segments(); segment++) {
            var blocks = new TreeMap<Integer, byte[]>();
            for (int share : new int[] {9, 1, 4}) {
                blocks.put(share, open(share, version.shares().get(share)).readBlock(segment));
            }
            decoded.put(decoder.decode(segment, blocks));
        }
        assertThat(decoded.array()).isEqualTo(contents);
        assertThat(open(3, version.shares().get(3)).encryptedSigningKey())
                .isEqualTo(key().writeKey().transformSigningKey(key().toBytes()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, header",
        "5, signature",
        "20, signature",
        "45, signature",
        "57, header",
        "58, signature",
        "66, header",
        "74, signature",
        "76, header",
        "120, public key",
        "500, signature",
        "660, share hashes",
        "800, share hashes",
        "826, blocks"
    })
    void flippedBitThatMattersIsNoticedAndNamed(int at, String section) throws IOException {
        byte[] share = encode(MutableFormat.SDMF, FILE).shares().get(5).clone();
        share[at] ^= 1;
        assertThatThrownBy(() -> open(5, share).readBlock(0))
                .isInstanceOf(CorruptShareException.class)
                .hasMessageStartingWith("share 5: " + section + " [");
    }
}
