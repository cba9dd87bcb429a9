package org.truckee.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.MutableSigningKey;

/// Capabilities that Tahoe-LAFS computed (interop/caps.json), computed by us.
class TahoeVectorsTest {
    private static final Path VECTORS = Path.of("../interop/caps.json");

    static Stream<Arguments> vectors(String kind) throws IOException {
        JsonNode all = new ObjectMapper().readTree(VECTORS.toFile()).path("vectors");
        return StreamSupport.stream(all.spliterator(), false)
                .filter(vector -> vector.path("kind").asText().equals(kind))
                .map(vector -> Arguments.of(
                        vector.path("required") + "-of-" + vector.path("total") + ", " + vector.path("length")
                                + " bytes",
                        vector));
    }

    static Stream<Arguments> immutable() throws IOException {
        return vectors("chk");
    }

    static Stream<Arguments> mutable() throws IOException {
        return vectors("ssk");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void immutable(String name, JsonNode vector) throws IOException {
        byte[] plaintext = repeated(
                HexFormat.of().parseHex(vector.path("seed_hex").asText()),
                vector.path("length").asInt());
        var encoding = new Encoding(
                vector.path("required").asInt(), vector.path("total").asInt());
        var secret = new ConvergenceSecret(
                HexFormat.of().parseHex(vector.path("convergence_hex").asText()));
        var segmentation = Segmentation.of(
                encoding, plaintext.length, vector.path("segment_size").asInt());
        var source = EncryptedFile.convergent(Plaintext.of(plaintext), secret, segmentation);
        try (var encoder = new ChkEncoder(source)) {
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                encoder.nextSegment();
            }
            var hash = encoder.trailers().uriExtension().hash();
            Cap cap = new ChkReadCap(source.key(), hash, encoding, plaintext.length);
            assertThat(cap.uri()).isEqualTo(vector.path("cap").asText());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mutable(String name, JsonNode vector) {
        var key = MutableSigningKey.fromPem(vector.path("private_key_pem").asText())
                .orElseThrow();
        var format = MutableFormat.valueOf(vector.path("format").asText().toUpperCase(Locale.ROOT));
        assertThat(MutableWriteCap.of(format, key).uri())
                .isEqualTo(vector.path("cap").asText());
    }

    private static byte[] repeated(byte[] seed, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = seed[i % seed.length];
        }
        return bytes;
    }
}
