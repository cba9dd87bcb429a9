package org.truckee.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.Line;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.grid.Rate;
import org.truckee.client.grid.ServerSources;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.CiphertextSource;
import org.truckee.client.immutable.Cores;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Helping;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.SegmentPool;
import org.truckee.client.immutable.Segmentation;
import org.truckee.client.immutable.Uploader;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Hash;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.Resources;
import org.truckee.protocol.helper.CommitAnswer;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperClient;
import org.truckee.protocol.helper.HelperRefusedException;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.storage.ShareKind;

/// A helper over HTTPS before storage servers in memory.
@Timeout(60)
class ExpansionTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(RANDOM);
    private static final NodeCertificate OWN = NodeCertificate.generate(RANDOM);
    private static final Swissnum SWISSNUM = Swissnum.of("swiss");
    private static final Encoding ENCODING = new Encoding(3, 10);
    private static final int BYTES = (2 << 20) + 12345;
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final MemoryGrid grid = new MemoryGrid(10);
    private final Transfers transfers = new Transfers(InstantSource.system());
    private final byte[] contents = new byte[BYTES];
    private Resources resources;
    private Expansions expansions;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(contents);
        start(new Expansions.Limits(64 << 20, Duration.ofHours(1), Duration.ofSeconds(45), 8));
    }

    private void start(Expansions.Limits limits) throws IOException {
        resources = new Resources();
        var clock = InstantSource.system();
        var uploader = resources.add(new Uploader(
                grid,
                new LeaseSecret(new byte[32]),
                Incarnations.unremembered(RANDOM),
                new SegmentPool(64 << 20),
                resources.add(new Cores(2)),
                transfers));
        var refusals = new Refusals(clock);
        expansions = resources.add(
                Expansions.open(folder.resolve("kept"), limits, uploader, transfers, refusals, RANDOM, clock));
        var nowhere = new ServerSources(
                Map.of(),
                List.of(),
                List.of(),
                Forgotten.of(
                        NodeDirectory.exists(folder.resolve("node"))
                                ? NodeDirectory.open(folder.resolve("node"))
                                : NodeDirectory.create(folder.resolve("node"), "", Map.of(), RANDOM)));
        var servers = resources.add(AnnouncedServers.follow(loops, new Line(), nowhere, clock));
        var relays = resources.add(
                new Relays(loops, servers, RelayNetworks.parse("").orElseThrow(), Set.of(), refusals, clock));
        server = resources.add(HttpServer.secure(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Tls.serverToKnown(CERTIFICATE),
                Bounds.DEFAULT,
                new HelperEndpoint(expansions, relays, refusals, SWISSNUM, "test")));
    }

    @AfterEach
    void stop() {
        resources.close();
        grid.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private Furl furl() {
        return Furl.of(CERTIFICATE.tubId(), List.of(new Location("127.0.0.1", server.port())), SWISSNUM);
    }

    private HelperClient client() {
        return HelperClient.at(loops, furl(), OWN);
    }

    private EncryptedFile file() throws IOException {
        return EncryptedFile.convergent(
                Plaintext.of(contents),
                new ConvergenceSecret(new byte[32]),
                Segmentation.of(ENCODING, BYTES, Segmentation.DEFAULT_SEGMENT_BYTES));
    }

    private static ExpansionRequest request(CiphertextSource file) {
        return new ExpansionRequest(
                file.storageIndex(),
                BYTES,
                3,
                7,
                10,
                file.segmentation().segmentBytes(),
                ExpansionRequest.newNonce(RANDOM));
    }

    private static byte[] ciphertext(CiphertextSource file, int from, int to) throws IOException {
        var bytes = new byte[to - from];
        file.read(from, bytes, 0, bytes.length);
        return bytes;
    }

    private static ChkVerifyCap cap(CiphertextSource file) throws IOException {
        try (var encoder = new ChkEncoder(file)) {
            for (int segment = 0; segment < file.segmentation().segments(); segment++) {
                encoder.nextSegment();
            }
            return encoder.trailers().verifyCap();
        }
    }

    private int completeShares(CiphertextSource file) {
        return IntStream.range(0, 10)
                .map(i -> grid.server(i)
                        .list(ShareKind.IMMUTABLE, file.storageIndex())
                        .size())
                .sum();
    }

    private int openUploads() {
        return IntStream.range(0, 10).map(i -> grid.server(i).openUploads()).sum();
    }

    private KnownHelpers helpers() {
        var sources = new KnownHelpers.Sources(Optional.empty(), Optional.of(furl()), Map.of());
        var helpers = KnownHelpers.follow(loops, sources, OWN, Rate.unlimited(), InstantSource.system());
        await().atMost(PATIENCE).until(() -> !helpers.forExpansion().isEmpty());
        return helpers;
    }

    /// A gateway's files; what it uploads is seen in `seen`.
    private ImmutableFiles gateway(KnownHelpers helpers, Transfers seen) throws IOException {
        return new ImmutableFiles(
                grid,
                new LeaseSecret(new byte[32]),
                Incarnations.unremembered(RANDOM),
                new ImmutableFiles.Policy(ENCODING, 7, new ConvergenceSecret(new byte[32])),
                new Helping(helpers, Optional.of(folder.resolve("expanded"))),
                seen,
                RANDOM);
    }

    @Test
    void aFileGoesThroughTheHelperOnceAndComesToAllServers() throws Exception {
        try (var helpers = helpers();
                var files = gateway(helpers, new Transfers(InstantSource.system()))) {
            var cap = (ChkReadCap) files.upload(Plaintext.of(contents));
            assertThat(expansions.receivedBytes()).isEqualTo(BYTES);
            assertThat(completeShares(file())).isEqualTo(10);
            assertThat(files.read(cap)).isEqualTo(contents);
            await().atMost(PATIENCE).until(() -> files.readBack().report().waiting() == 0);
            assertThat(files.readBack().report().verified()).isEqualTo(1);
            assertThat(files.readBack().report().repaired()).isZero();
            assertThat(folder.resolve("kept")).isEmptyDirectory();
        }
    }

    @Test
    void noShareIsCompleteBeforeTheClientHasSaidWhichFileItIs() throws Exception {
        EncryptedFile file = file();
        try (var client = client()) {
            var opened = client.open(request(file));
            client.send(opened.id(), 0, ByteStream.of(ciphertext(file, 0, BYTES)));
            await().atMost(PATIENCE).until(() -> openUploads() >= 10);
            assertThat(completeShares(file)).isZero();
            CommitAnswer answer = client.commit(opened.id(), cap(file).uriExtensionHash());
            assertThat(answer).isInstanceOf(CommitAnswer.Placed.class);
            assertThat(completeShares(file)).isEqualTo(10);
            assertThat(client.open(request(file)).present()).isTrue();
        }
    }

    @Test
    void anotherHashThanWhatArrivedHasLeavesNothingBehind() throws Exception {
        EncryptedFile file = file();
        try (var client = client()) {
            var opened = client.open(request(file));
            client.send(opened.id(), 0, ByteStream.of(ciphertext(file, 0, BYTES)));
            assertThatThrownBy(() -> client.commit(opened.id(), new Hash(new byte[32])))
                    .isInstanceOf(HelperRefusedException.class)
                    .hasMessageContaining("encodes to another file");
            assertThat(completeShares(file)).isZero();
            assertThat(openUploads()).isZero();
            assertThat(folder.resolve("kept")).isEmptyDirectory();
        }
    }

    @Test
    void whatHasArrivedIsKeptThroughARestartAndNotSentAgain() throws Exception {
        EncryptedFile file = file();
        int most = BYTES / 10 * 9;
        try (var client = client()) {
            var opened = client.open(request(file));
            client.send(opened.id(), 0, ByteStream.of(ciphertext(file, 0, most)));
        }
        resources.close();
        start(new Expansions.Limits(64 << 20, Duration.ofHours(1), Duration.ofSeconds(45), 8));
        try (var client = client()) {
            var opened = client.open(request(file));
            assertThat(opened.received()).isEqualTo(most);
            client.send(opened.id(), most, ByteStream.of(ciphertext(file, most, BYTES)));
            client.commit(opened.id(), cap(file).uriExtensionHash());
            assertThat(completeShares(file)).isEqualTo(10);
        }
    }

    @Test
    void anotherClientNeitherGoesOnWithAnExpansionNorEndsIt() throws Exception {
        EncryptedFile file = file();
        try (var client = client();
                var other = HelperClient.at(loops, furl(), NodeCertificate.generate(RANDOM))) {
            var opened = client.open(request(file));
            client.send(opened.id(), 0, ByteStream.of(ciphertext(file, 0, 1000)));
            assertThatThrownBy(() -> other.drop(opened.id())).hasMessageContaining("no such expansion");
            assertThat(other.open(request(file)).received()).isZero();
        }
    }

    @Test
    void oldestCiphertextMakesRoomAndWhatIsTooOldGoes() throws Exception {
        resources.close();
        start(new Expansions.Limits(2L * BYTES + 1000, Duration.ofSeconds(3), Duration.ofMillis(400), 8));
        try (var client = client()) {
            var opened = client.open(request(file()));
            client.send(opened.id(), 0, ByteStream.of(ciphertext(file(), 0, BYTES - 5)));
            await().atMost(PATIENCE).until(() -> expansions.all().isEmpty());
            assertThat(openUploads()).isZero();
            assertThat(expansions.kept().files()).isEqualTo(1);
            contents[0] ^= 1;
            var second = client.open(request(file()));
            client.send(second.id(), 0, ByteStream.of(ciphertext(file(), 0, BYTES - 5)));
            await().atMost(PATIENCE)
                    .until(() ->
                            expansions.kept().files() == 0 && expansions.all().isEmpty());
            assertThat(folder.resolve("kept")).isEmptyDirectory();
        }
    }

    @Test
    void fullHelperSaysSo() throws Exception {
        resources.close();
        start(new Expansions.Limits(1000, Duration.ofHours(1), Duration.ofSeconds(45), 8));
        try (var client = client()) {
            assertThatThrownBy(() -> client.open(request(file())))
                    .isInstanceOf(HelperRefusedException.class)
                    .hasMessageContaining("there is no room for");
            assertThat(folder.resolve("kept")).isEmptyDirectory();
        }
    }

    @Test
    void aFileForWhichAHelperHasNoRoomIsSentDirectlyUnderItsOwnKey() throws Exception {
        resources.close();
        start(new Expansions.Limits(1000, Duration.ofHours(1), Duration.ofSeconds(45), 8));
        var seen = new Transfers(InstantSource.system());
        try (var helpers = helpers();
                var files = gateway(helpers, seen)) {
            var cap = (ChkReadCap) files.upload(Plaintext.of(contents));
            assertThat(cap.key().storageIndex()).isEqualTo(file().storageIndex());
            assertThat(files.read(cap)).isEqualTo(contents);
            assertThat(completeShares(file())).isEqualTo(10);
            assertThat(seen.uploads()).extracting(Transfer.Progress::via).containsExactly("direct");
            assertThat(seen.totals().failedUploads()).isZero();
            assertThat(helpers.all().getFirst().failure().orElseThrow()).contains("there is no room for");
        }
    }
}
