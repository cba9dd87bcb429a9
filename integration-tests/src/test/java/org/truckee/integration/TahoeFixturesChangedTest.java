package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.Directories;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Line;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.TubId;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.storage.DiskStorageServer;
import org.truckee.storage.StorageOptions;

/// Mutable files and directories that Tahoe-LAFS made, on copies of the folders that five of its servers kept them
/// in: read, changed, and read again by a client that knows nothing yet. The servers have the identities that they had,
/// so that a change is taken only with the write enabler that Tahoe-LAFS made.
class TahoeFixturesChangedTest {
    private static final Path FIXTURES = Path.of("../interop/fixtures");
    private static final int NODE_ID_AT = 32;

    @TempDir
    Path folder;

    private final Line line = new Line();
    private final KeyPool keys = new KeyPool(1, new SecureRandom());
    private final List<DiskStorageServer> disks = new ArrayList<>();
    private final List<GridServer> servers = new ArrayList<>();

    @BeforeEach
    void startServers() throws IOException {
        for (int number = 1; number <= 5; number++) {
            Path node = folder.resolve("s" + number);
            TubId tubId = copy(FIXTURES.resolve("shares/s" + number), node.resolve("storage/shares"));
            var options = StorageOptions.unlimited(node.resolve("storage"), node.resolve("storage.marker"), tubId);
            var disk = DiskStorageServer.open(options, InstantSource.system());
            disks.add(disk);
            servers.add(new GridServer(
                    new ServerId("s" + number), "s" + number, tubId, new byte[] {(byte) number}, disk, line));
        }
    }

    @AfterEach
    void stop() {
        disks.forEach(DiskStorageServer::close);
        line.close();
        keys.close();
    }

    /// Copies the shares of a server; gives its identity, which every mutable one carries.
    private static TubId copy(Path from, Path to) throws IOException {
        var identities = new HashSet<TubId>();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(file, target);
                byte[] container = Files.readAllBytes(file);
                if (container[0] == 'T') {
                    identities.add(new TubId(Arrays.copyOfRange(container, NODE_ID_AT, NODE_ID_AT + TubId.BYTES)));
                }
            }
        }
        assertThat(identities).hasSize(1);
        return identities.iterator().next();
    }

    private static Stream<JsonNode> fixtures() throws IOException {
        JsonNode all = new ObjectMapper()
                .readTree(FIXTURES.resolve("index.json").toFile())
                .path("entries");
        return StreamSupport.stream(all.spliterator(), false);
    }

    record Fixture(String name, JsonNode what) {
        Cap cap() throws IOException {
            return Cap.parse(what.path("cap").asText());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Fixture> fixtures(String... kinds) throws IOException {
        return fixtures()
                .filter(fixture -> List.of(kinds).contains(fixture.path("kind").asText()))
                .map(fixture -> new Fixture(fixture.path("name").asText(), fixture));
    }

    static Stream<Fixture> mutableFiles() throws IOException {
        return fixtures("SSK/SDMF", "MDMF");
    }

    static Stream<Fixture> directories() throws IOException {
        return fixtures("DIR2", "DIR2-MDMF");
    }

    static Stream<Fixture> immutableDirectories() throws IOException {
        return fixtures("DIR2-CHK", "DIR2-LIT");
    }

    private MutableFiles aClient() {
        return new MutableFiles(() -> servers, new LeaseSecret(new byte[32]), 5, keys, new SecureRandom());
    }

    private Grid aGrid() {
        var policy = new UploadPolicy(new Encoding(3, 10), 5, new ConvergenceSecret(new byte[32]));
        return new Grid(
                () -> servers,
                new LeaseSecret(new byte[32]),
                policy,
                5,
                keys,
                new SecureRandom(),
                InstantSource.system());
    }

    @ParameterizedTest
    @MethodSource("mutableFiles")
    void fileIsReadChangedInTheMiddleAndReadAgain(Fixture fixture) throws IOException {
        var cap = (MutableWriteCap) fixture.cap();
        byte[] before = Files.readAllBytes(
                FIXTURES.resolve(fixture.what().path("plaintext").asText()));
        assertThat(aClient().read(cap.readOnly())).isEqualTo(before);
        byte[] piece = "put into the middle".getBytes(UTF_8);
        aClient().modify(cap, contents -> changed(contents, piece));
        assertThat(aClient().read(cap.readOnly())).isEqualTo(changed(before, piece));
        assertThat(aClient().size(cap.readOnly())).isEqualTo(changed(before, piece).length);
    }

    private static byte[] changed(byte[] contents, byte[] piece) {
        int at = contents.length / 2;
        byte[] changed = Arrays.copyOf(contents, Math.max(contents.length, at + piece.length));
        System.arraycopy(piece, 0, changed, at, piece.length);
        return changed;
    }

    @ParameterizedTest
    @MethodSource("directories")
    void directoryIsReadChangedAndReadAgain(Fixture fixture) throws IOException {
        var directory = (DirectoryCap) fixture.cap();
        SortedMap<String, Entry> before;
        try (Grid grid = aGrid()) {
            before = entries(grid.directories(), directory);
            assertThat(before.keySet()).containsExactlyInAnyOrderElementsOf(namesOf(fixture));
            GridFiles files = grid.files(directory);
            files.put(GridPath.parse("/added"), Plaintext.of("added by us".getBytes(UTF_8)));
            files.makeDirectory(GridPath.parse("/made"), FileMetadata.NONE);
            files.put(GridPath.parse("/gone"), Plaintext.of(new byte[0]));
            files.remove(GridPath.parse("/gone"));
            files.rename(GridPath.parse("/added"), GridPath.parse("/renamed"), RenameRule.IF_ABSENT);
        }
        try (Grid grid = aGrid()) {
            SortedMap<String, Entry> after = entries(grid.directories(), directory);
            assertThat(after.remove("renamed")).isNotNull();
            assertThat(after.remove("made")).isNotNull();
            assertThat(after).isEqualTo(before);
            try (var file = grid.files(directory).open(GridPath.parse("/renamed"))) {
                var contents = new byte[(int) file.size()];
                file.read(0, contents, 0, contents.length);
                assertThat(contents).asString(UTF_8).isEqualTo("added by us");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("immutableDirectories")
    void immutableDirectoryIsReadAndNotChanged(Fixture fixture) throws IOException {
        var directory = (DirectoryCap) fixture.cap();
        try (Grid grid = aGrid()) {
            assertThat(entries(grid.directories(), directory).keySet())
                    .containsExactlyInAnyOrderElementsOf(namesOf(fixture));
            assertThatThrownBy(() -> grid.files(directory).put(GridPath.parse("/added"), Plaintext.of(new byte[0])))
                    .isInstanceOf(AccessDeniedException.class);
        }
    }

    private static SortedMap<String, Entry> entries(Directories directories, DirectoryCap directory)
            throws IOException {
        return new TreeMap<>(directories.read(directory).entries());
    }

    /// As Tahoe-LAFS listed them.
    private static Set<String> namesOf(Fixture fixture) throws IOException {
        JsonNode listed = new ObjectMapper()
                .readTree(FIXTURES.resolve(fixture.what().path("webjson").asText())
                        .toFile());
        var names = new HashSet<String>();
        listed.path(1).path("children").fieldNames().forEachRemaining(names::add);
        return names;
    }
}
