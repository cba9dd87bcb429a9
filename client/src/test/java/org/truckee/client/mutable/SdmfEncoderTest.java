package org.truckee.client.mutable;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.crypto.Digests;
import org.truckee.crypto.MutableSigningKey;

/// The expected values were made by Tahoe-LAFS with the same key, salt and contents; its key is public test data.
class SdmfEncoderTest {
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
    private static final int SIGNATURE_AT = 401;

    /// The vector key, wrapped as Tahoe keeps keys.
    public static MutableSigningKey key() throws IOException {
        var algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        var key = RSAPrivateKey.getInstance(Base64.getMimeDecoder().decode(PKCS1.getBytes(US_ASCII)));
        return MutableSigningKey.parse(new PrivateKeyInfo(algorithm, key).getEncoded("DER"))
                .orElseThrow();
    }

    private static Salt salt() {
        var bytes = new byte[Salt.BYTES];
        Arrays.fill(bytes, (byte) 0xa0);
        return Salt.read(ByteBuffer.wrap(bytes));
    }

    private static String sha256WithoutSignature(SdmfShare share) {
        byte[] bytes = share.toBytes();
        Arrays.fill(bytes, SIGNATURE_AT, SIGNATURE_AT + 256, (byte) 0);
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
    void shareIsAsTahoesEncoderMakesItButForTheSignature() throws IOException {
        byte[] contents = "This is a test file.\n".getBytes(UTF_8);
        List<SdmfShare> shares = new SdmfEncoder(key(), new Encoding(3, 10)).encode(contents, 1, salt());
        assertThat(HEX.formatHex(shares.getFirst().header().root().toBytes()))
                .isEqualTo("851a570472456341750124bcb19c9896bdb5debc763f1dcc900d7ff927c6825a");
        assertThat(sha256WithoutSignature(shares.getFirst()))
                .isEqualTo("7d8f2a12a4d8f1e3b83f8e65f90b7b059a0d54883e95f31239db515b2096c2de");
    }

    @Test
    void emptyFileIsAsTahoesEncoderMakesIt() throws IOException {
        List<SdmfShare> shares = new SdmfEncoder(key(), new Encoding(3, 10)).encode(new byte[0], 1, salt());
        assertThat(sha256WithoutSignature(shares.getFirst()))
                .isEqualTo("a79c855b35a216e54b3de11fa09a7f1b923ec34b0e4ac59bf14b2aa01e7ac921");
    }

    @Test
    void everyShareProvesItselfAndAnyThreeGiveTheContents() throws IOException {
        byte[] contents = "This is a test file.\n".getBytes(UTF_8);
        var cap = MutableWriteCap.of(MutableFormat.SDMF, key());
        List<SdmfShare> shares = new SdmfEncoder(key(), new Encoding(3, 10))
                .encode(contents, 1, salt()).stream()
                        .map(share ->
                                SdmfShare.read(share.number(), share.toBytes()).orElseThrow())
                        .toList();
        assertThat(shares).allMatch(share -> share.isProvenBy(cap.fingerprint()));
        List<SdmfShare> some = List.of(shares.get(1), shares.get(4), shares.get(9));
        assertThat(SdmfEncoder.decode(cap.readOnly(), some.getFirst().header(), some))
                .isEqualTo(contents);
    }

    @Test
    void flippedBitsWhereTheyMatterAreNoticed() throws IOException {
        var cap = MutableWriteCap.of(MutableFormat.SDMF, key());
        byte[] good = new SdmfEncoder(key(), new Encoding(3, 10))
                .encode("This is a test file.\n".getBytes(UTF_8), 1, salt())
                .get(5)
                .toBytes();
        for (int at : new int[] {0, 5, 20, 45, 57, 58, 66, 74, 120, 500, 660, 800, 826}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            assertThat(SdmfShare.read(5, bad).filter(share -> share.isProvenBy(cap.fingerprint())))
                    .as("byte " + at)
                    .isEmpty();
        }
    }
}
