package org.truckee.client.immutable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Digests;

/// The expected capabilities and hashes were computed by Tahoe-LAFS's own encoder.
class ChkEncoderTest {
    private static final ConvergenceSecret SECRET =
            new ConvergenceSecret("a".repeat(16).getBytes(UTF_8));

    private static EncodedShares encode(byte[] plaintext, int required, int total, int segmentBytes)
            throws IOException {
        var segmentation = Segmentation.of(new Encoding(required, total), plaintext.length, segmentBytes);
        return EncodedShares.of(EncryptedFile.convergent(Plaintext.of(plaintext), SECRET, segmentation));
    }

    private static String sha256(EncodedShares encoded, int share) {
        return HexFormat.of().formatHex(Digests.sha256(encoded.shares().get(share)));
    }

    private static byte[] counting(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
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
        assertThat(sha256(encoded, 0)).isEqualTo("ae864e7688b06a3c74f22c3735fca9bf97780f3d80e53c5e003a386c9e7bc3fc");
        assertThat(sha256(encoded, 2)).isEqualTo("a5047aa0c4e4ca52709a5a77fb098a9f06e59099e02949333b98c4acc00374d9");
    }

    @Test
    void threeOfTenIsAsTahoesEncoderMakesIt() throws IOException {
        var encoded = encode("a".repeat(56).getBytes(UTF_8), 3, 10, 131072);
        assertThat(encoded.cap().uri())
                .isEqualTo(
                        "URI:CHK:hah7mxwfpqemm7icdh3hwsa5fa:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56");
        assertThat(sha256(encoded, 0)).isEqualTo("9992a67031831945dd97738963b46dcd763702f2da066503edb54478f8edb461");
        assertThat(sha256(encoded, 2)).isEqualTo("78b62c600d4fa18ea64654312e89b5bb1bf94b45f459487a60ff74a5c0477a16");
        assertThat(sha256(encoded, 9)).isEqualTo("1480ab5d0f8d178cfc3fb1820066cba0151e0b35fbfd156659f0915dfd6721dd");
    }

    @Test
    void tenSmallSegmentsAreAsTahoesEncoderMakesThem() throws IOException {
        var encoded = encode(counting(1000), 3, 10, 100);
        assertThat(encoded.cap().uri())
                .isEqualTo(
                        "URI:CHK:ykcplc7ltw7ojzelbzxf6cbbta:owaalckw6ueir42w6xxhetk4idvarirsq4v6ea4lbebypqytt4wq:3:10:1000");
        assertThat(sha256(encoded, 0)).isEqualTo("61a0221a976cefb708637ecb83c1308b5d23d2ffe259aa33529666de8ced58bd");
        assertThat(sha256(encoded, 9)).isEqualTo("7845248aa2a9cd91d701456e8c538564c836ea68ff6c5acc951edc87b41bd353");
    }

    @Test
    void layoutOfVersion2IsAsTahoesEncoderMakesIt() throws IOException {
        var segmentation = Segmentation.of(new Encoding(3, 10), 1000, 100);
        var source = EncryptedFile.convergent(Plaintext.of(counting(1000)), SECRET, segmentation);
        var encoded = EncodedShares.of(source, ShareLayout.of(2, segmentation));
        assertThat(sha256(encoded, 0)).isEqualTo("61367b327fb15819ddd61a0d2a189161401bfcf6536710509801d28b971c21a0");
        var recovered = encoded.recover(List.of(encoded.held(2), encoded.held(3), encoded.held(9)), true);
        assertThat(recovered.contents()).isEqualTo(counting(1000));
        assertThat(recovered.damages()).isEmpty();
    }
}
