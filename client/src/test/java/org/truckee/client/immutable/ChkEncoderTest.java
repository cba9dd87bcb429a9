package org.truckee.client.immutable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Digests;

/// The expected capabilities and hashes were computed by Tahoe-LAFS's own encoder.
class ChkEncoderTest {
    private static final ConvergenceSecret SECRET =
            new ConvergenceSecret("a".repeat(16).getBytes(UTF_8));

    private record Encoded(ChkReadCap cap, List<byte[]> shares) {
        String sha256(int share) {
            return HexFormat.of().formatHex(Digests.sha256(shares.get(share)));
        }
    }

    static byte[] repeated(byte[] seed, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = seed[i % seed.length];
        }
        return bytes;
    }

    private static Encoded encode(byte[] plaintext, int required, int total, int segmentBytes) throws IOException {
        var segmentation = Segmentation.of(new Encoding(required, total), plaintext.length, segmentBytes);
        var source = EncryptedFile.convergent(Plaintext.of(plaintext), SECRET, segmentation);
        var encoder = new ChkEncoder(source);
        var shares = new ByteArrayOutputStream[total];
        Arrays.setAll(shares, _ -> new ByteArrayOutputStream());
        for (var share : shares) {
            share.writeBytes(encoder.header());
        }
        for (int segment = 0; segment < segmentation.segments(); segment++) {
            byte[][] blocks = encoder.nextSegment();
            for (int share = 0; share < total; share++) {
                shares[share].writeBytes(blocks[share]);
            }
        }
        var trailers = encoder.trailers();
        var bytes = new ArrayList<byte[]>();
        for (int share = 0; share < total; share++) {
            shares[share].writeBytes(trailers.of(share).readAll());
            bytes.add(shares[share].toByteArray());
            assertThat(bytes.getLast()).hasSize((int) encoder.shareBytes());
        }
        var cap =
                new ChkReadCap(source.key(), trailers.uriExtension().hash(), segmentation.encoding(), plaintext.length);
        return new Encoded(cap, bytes);
    }

    @Test
    void oneOfThreeIsAsTahoesEncoderMakesIt() throws IOException {
        var encoded = encode("a".repeat(56).getBytes(UTF_8), 1, 3, 131072);
        assertThat(encoded.cap().uri())
                .isEqualTo(
                        "URI:CHK:rl4bzmselnuezmapjlzssnqg2e:p7kvin2fnemochuxsmh6ot75qpbfhrscbxi5i74bhqdhzcy6i5eq:1:3:56");
        assertThat(encoded.cap().toVerifyCap().uri())
                .isEqualTo(
                        "URI:CHK-Verifier:mofla4bz7f3mu3uaowc7tkedwy:p7kvin2fnemochuxsmh6ot75qpbfhrscbxi5i74bhqdhzcy6i5eq:1:3:56");
        assertThat(encoded.sha256(0)).isEqualTo("ae864e7688b06a3c74f22c3735fca9bf97780f3d80e53c5e003a386c9e7bc3fc");
        assertThat(encoded.sha256(2)).isEqualTo("a5047aa0c4e4ca52709a5a77fb098a9f06e59099e02949333b98c4acc00374d9");
    }

    @Test
    void threeOfTenIsAsTahoesEncoderMakesIt() throws IOException {
        var encoded = encode("a".repeat(56).getBytes(UTF_8), 3, 10, 131072);
        assertThat(encoded.cap().uri())
                .isEqualTo(
                        "URI:CHK:hah7mxwfpqemm7icdh3hwsa5fa:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56");
        assertThat(encoded.sha256(0)).isEqualTo("9992a67031831945dd97738963b46dcd763702f2da066503edb54478f8edb461");
        assertThat(encoded.sha256(2)).isEqualTo("78b62c600d4fa18ea64654312e89b5bb1bf94b45f459487a60ff74a5c0477a16");
        assertThat(encoded.sha256(9)).isEqualTo("1480ab5d0f8d178cfc3fb1820066cba0151e0b35fbfd156659f0915dfd6721dd");
    }

    @Test
    void tenSmallSegmentsAreAsTahoesEncoderMakesThem() throws IOException {
        var plaintext = new byte[1000];
        for (int i = 0; i < plaintext.length; i++) {
            plaintext[i] = (byte) (i % 251);
        }
        var encoded = encode(plaintext, 3, 10, 100);
        assertThat(encoded.cap().uri())
                .isEqualTo(
                        "URI:CHK:ykcplc7ltw7ojzelbzxf6cbbta:owaalckw6ueir42w6xxhetk4idvarirsq4v6ea4lbebypqytt4wq:3:10:1000");
        assertThat(encoded.sha256(0)).isEqualTo("61a0221a976cefb708637ecb83c1308b5d23d2ffe259aa33529666de8ced58bd");
        assertThat(encoded.sha256(9)).isEqualTo("7845248aa2a9cd91d701456e8c538564c836ea68ff6c5acc951edc87b41bd353");
    }

    @ParameterizedTest
    @CsvSource({
        "bar, 131073,  1, 3,  URI:CHK:rhkln7unkktot72mit5dmuqbdy:ilo6u6hugipdimyrzrvlam47xsmp3ur2lwnrtbecmvocb2664zxq:1:3:131073",
        "baz, 2097151, 3, 10, URI:CHK:cy7fmjsldeakhfd4psbmghmqyi:6a6uvyai4jkzz6hj5yjugm6uie5etvymcudgiwwjh47apz636zwa:3:10:2097151",
    })
    void severalSegmentsGiveTahoesCapability(String seed, int length, int required, int total, String cap)
            throws IOException {
        byte[] plaintext = repeated(Digests.sha256(seed.getBytes(UTF_8)), length);
        assertThat(encode(plaintext, required, total, 131072).cap().uri()).isEqualTo(cap);
    }
}
