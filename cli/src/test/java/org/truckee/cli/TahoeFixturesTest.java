package org.truckee.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.DirectoryTable;
import org.truckee.client.directory.Entry;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.storage.ShareFile;

/// Files, directories and shares made by Tahoe-LAFS (interop/fixtures).
class TahoeFixturesTest {
    private static final Path FIXTURES = Path.of("../interop/fixtures");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    static Stream<Arguments> fixtures() throws IOException {
        JsonNode entries =
                JSON.readTree(FIXTURES.resolve("index.json").toFile()).path("entries");
        return StreamSupport.stream(entries.spliterator(), false)
                .map(entry -> Arguments.of(entry.path("name").asText(), entry));
    }

    private static Stream<Arguments> fixturesWith(String field) throws IOException {
        return fixtures().filter(fixture -> ((JsonNode) fixture.get()[1]).has(field));
    }

    static Stream<Arguments> fixturesWithShares() throws IOException {
        return fixturesWith("shares");
    }

    static Stream<Arguments> fixturesWithSegments() throws IOException {
        return fixturesWith("max_segment_size");
    }

    static Stream<Arguments> directories() throws IOException {
        return fixturesWith("webjson");
    }

    private byte[] decode(Path shares, JsonNode fixture) throws IOException {
        Path out = folder.resolve("out");
        var run = CommandRun.of(
                "debug",
                "decode",
                shares.toString(),
                fixture.path("cap").asText(),
                "--out",
                out.toString(),
                "--verify");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return Files.readAllBytes(out);
    }

    private static void expectContents(JsonNode fixture, byte[] contents) throws IOException {
        if (fixture.has("plaintext")) {
            Path plaintext = FIXTURES.resolve(fixture.path("plaintext").asText());
            assertThat(contents).isEqualTo(Files.readAllBytes(plaintext));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fixtures")
    void fixtureComesBackFromAllShares(String name, JsonNode fixture) throws IOException {
        expectContents(fixture, decode(FIXTURES.resolve("shares"), fixture));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fixturesWithShares")
    void fixtureComesBackFromAnyOfItsSharesThatAreEnough(String name, JsonNode fixture) throws IOException {
        List<Path> shares = sharesOf(fixture);
        int needed = shares.size() == 5 ? 2 : 3;
        for (int round = 0; round < 10; round++) {
            Collections.shuffle(shares, new Random(round));
            Path few = folder.resolve("few" + round);
            for (Path share : shares.subList(0, needed)) {
                Path copy = few.resolve(FIXTURES.resolve("shares").relativize(share));
                Files.createDirectories(copy.getParent());
                Files.copy(share, copy);
            }
            expectContents(fixture, decode(few, fixture));
        }
    }

    private static List<Path> sharesOf(JsonNode fixture) throws IOException {
        String storageIndex = storageIndex(fixture);
        try (Stream<Path> files = Files.walk(FIXTURES.resolve("shares"), FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> file.toString().contains("/" + storageIndex + "/"))
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private static String storageIndex(JsonNode fixture) {
        return fixture.path("verify_uri").asText().split(":")[2];
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fixturesWithSegments")
    void encodingThePlaintextUnderItsKeyGivesTheSharesByteForByte(String name, JsonNode fixture) throws IOException {
        var cap = (ChkReadCap) Cap.parse(fixture.path("cap").asText());
        byte[] plaintext =
                Files.readAllBytes(FIXTURES.resolve(fixture.path("plaintext").asText()));
        var segmentation = Segmentation.of(
                cap.encoding(),
                plaintext.length,
                fixture.path("max_segment_size").asInt());
        Map<Integer, byte[]> expected = new TreeMap<>();
        for (Path share : sharesOf(fixture)) {
            expected.put(Integer.valueOf(share.getFileName().toString()), contents(share));
        }
        try (var encoder = new ChkEncoder(new EncryptedFile(Plaintext.of(plaintext), cap.key(), segmentation))) {
            List<byte[][]> segments = new ArrayList<>();
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                segments.add(encoder.nextSegment());
            }
            var trailers = encoder.trailers();
            assertThat(trailers.uriExtension().hash()).isEqualTo(cap.uriExtensionHash());
            for (int share : expected.keySet()) {
                var whole = ByteBuffer.allocate((int) encoder.shareBytes()).put(encoder.header());
                segments.forEach(blocks -> whole.put(blocks[share]));
                whole.put(trailers.of(share).readAll());
                assertThat(whole.array()).as("share " + share).isEqualTo(expected.get(share));
            }
        }
    }

    private static byte[] contents(Path share) throws IOException {
        try (var file = ShareFile.open(share)) {
            var bytes = ByteBuffer.allocate((int) file.shareBytes());
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until it is full
            }
            return bytes.array();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("directories")
    void directoryHoldsWhatTahoeSaysAndIsWrittenBackByteForByte(String name, JsonNode fixture) throws IOException {
        byte[] bytes = decode(FIXTURES.resolve("shares"), fixture);
        var cap = (DirectoryCap) Cap.parse(fixture.path("cap").asText());
        DirectoryTable table = cap.file() instanceof MutableWriteCap write
                ? DirectoryTable.parse(bytes, Optional.of(write.writeKey()))
                : DirectoryTable.parseImmutable(bytes);
        JsonNode children = JSON.readTree(
                        FIXTURES.resolve(fixture.path("webjson").asText()).toFile())
                .path(1)
                .path("children");
        assertThat(table.entries()).hasSize(children.size());
        for (Entry entry : table.entries()) {
            JsonNode child = children.path(entry.name()).path(1);
            assertThat(entry.child().write().orElse(""))
                    .isEqualTo(child.path("rw_uri").asText());
            String read = child.path("ro_uri").asText();
            assertThat(read).endsWith(entry.child().read().orElse(read));
            assertThat(JSON.readTree(entry.metadata().toString())).isEqualTo(child.path("metadata"));
        }
        table.entries().forEach(table::put);
        assertThat(table.toBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fixturesWithShares")
    void shareFileIsDumped(String name, JsonNode fixture) throws IOException {
        var run = CommandRun.of(
                "debug", "dump-share", sharesOf(fixture).getFirst().toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("container: ").contains("version 2").contains("lease: owner ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fixtures")
    void capabilityIsDumpedWithoutItsSecrets(String name, JsonNode fixture) {
        String cap = fixture.path("cap").asText();
        var run = CommandRun.of("debug", "dump-cap", cap);
        assertThat(run.exitCode()).isZero();
        String[] fields = cap.split(":");
        if (fields.length > 2 && fields[2].length() == 26) {
            assertThat(run.out()).doesNotContain(fields[2]).contains("storage index: " + storageIndex(fixture));
            assertThat(CommandRun.of("debug", "dump-cap", "--secrets", cap).out())
                    .contains(fields[2]);
        }
    }
}
