package org.truckee.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.Line;
import org.truckee.client.grid.ServerSources;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.Cores;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.immutable.SegmentPool;
import org.truckee.client.immutable.Uploader;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.Furl;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Nurl;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.Swissnum;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.Resources;
import org.truckee.protocol.helper.HelperClient;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.storage.HttpStorageClient;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.InMemoryStorageServer;
import org.truckee.protocol.storage.ShareKind;

/// A helper that relays to a storage server on loopback.
@Timeout(60)
class RelayTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(RANDOM);
    private static final NodeCertificate OWN = NodeCertificate.generate(RANDOM);
    private static final AnnouncementKey KEY = AnnouncementKey.generate(RANDOM);
    private static final Swissnum SWISSNUM = Swissnum.of("swiss");
    private static final String LOOPBACK = "127.0.0.0/8";

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final InMemoryStorageServer storage = new InMemoryStorageServer();
    private final Resources resources = new Resources();
    private final Refusals refusals = new Refusals(InstantSource.system());
    private int port;

    @AfterEach
    void stop() {
        resources.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private static Announcement announcement(NodeCertificate certificate, Location location) throws IOException {
        byte[] message = Announcement.storage(
                "storage",
                "test",
                Furl.of(certificate.tubId(), List.of(location), SWISSNUM),
                List.of(new Nurl(certificate.spkiHash(), location, SWISSNUM)),
                new byte[20],
                "disk",
                1);
        return SignedAnnouncement.sign(message, KEY).verify();
    }

    private void start(String networks, Announcement announced, int... ownPorts) throws IOException {
        var clock = InstantSource.system();
        var directory = NodeDirectory.create(folder.resolve("node"), "", Map.of(), RANDOM);
        var sources = new ServerSources(Map.of(), List.of(announced), List.of(), Forgotten.of(directory));
        var servers = resources.add(AnnouncedServers.follow(loops, new Line(), sources, clock));
        var transfers = new Transfers(clock);
        var uploader = new Uploader(
                servers,
                new LeaseSecret(new byte[32]),
                Incarnations.unremembered(RANDOM),
                new SegmentPool(1 << 20),
                resources.add(new Cores(1)),
                transfers);
        var limits = new Expansions.Limits(1 << 20, Duration.ofHours(1), Duration.ofSeconds(45), 8);
        var expansions = resources.add(Expansions.open(
                folder.resolve("kept"), limits, resources.add(uploader), transfers, refusals, RANDOM, clock));
        Set<Integer> own = Set.copyOf(Arrays.stream(ownPorts).boxed().toList());
        var relays = resources.add(
                new Relays(loops, servers, RelayNetworks.parse(networks).orElseThrow(), own, refusals, clock));
        port = resources
                .add(HttpServer.secure(
                        loops,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Tls.serverToKnown(CERTIFICATE),
                        Bounds.DEFAULT,
                        new HelperEndpoint(expansions, relays, refusals, SWISSNUM, "test")))
                .port();
    }

    private HttpStorageClient through(HttpsFront behind, ServerId server) throws IOException {
        var furl = Furl.of(CERTIFICATE.tubId(), List.of(new Location("127.0.0.1", port)), SWISSNUM);
        var helper = resources.add(HelperClient.at(loops, furl, OWN));
        var tls = Tls.client(shown ->
                NodeCertificate.tubId(shown).equals(behind.certificate().tubId()));
        return resources.add(new HttpStorageClient(HttpsClient.through(loops, helper.to(server), tls), SWISSNUM));
    }

    private HttpsFront front() throws IOException {
        return resources.add(new HttpsFront(storage));
    }

    @Test
    void aShareIsWrittenAndReadThroughTheHelper() throws Exception {
        var behind = front();
        Announcement announced = announcement(behind.certificate(), new Location("127.0.0.1", behind.port()));
        start(LOOPBACK, announced);
        var client = through(behind, announced.server());
        var storageIndex = new StorageIndex(new byte[16]);
        var upload = new UploadSecret(new byte[20]);
        var bytes = new byte[3 << 20];
        new Random(5).nextBytes(bytes);
        client.allocate(storageIndex, Set.of(3), bytes.length, upload, new LeaseSecrets(new byte[32], new byte[32]));
        client.write(storageIndex, 3, upload, 0, ByteStream.of(bytes));
        assertThat(client.read(ShareKind.IMMUTABLE, storageIndex, 3, 0, bytes.length)
                        .orElseThrow()
                        .readAll())
                .isEqualTo(bytes);
        assertThat(storage.share(ShareKind.IMMUTABLE, storageIndex, 3)).isEqualTo(bytes);
    }

    /// An announced location and what is said of it; PORT stands for that of a storage server.
    @ParameterizedTest(name = "{0} with relay.networks {1} is refused: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1:PORT        |               | relay.networks does not list
            [::1]:PORT            | 10.0.0.0/8    | relay.networks does not list
            10.1.2.3:8098         |               | relay.networks does not list
            192.168.1.9:8098      | 10.0.0.0/8    | relay.networks does not list
            169.254.169.254:80    | 0.0.0.0/0     | link-local
            224.0.0.1:8098        | 0.0.0.0/0     | not one machine's address
            0.0.0.0:PORT          | 0.0.0.0/0     | not one machine's address
            127.0.0.1:OWN         | 127.0.0.0/8   | the helper itself
            127.0.0.1:SILENT      | 127.0.0.0/8   | refused the connection
            127.0.0.1:STRANGER    | 127.0.0.0/8   | another certificate
            """)
    void isRefused(String location, String networks, String words) throws Exception {
        var behind = front();
        int stranger = resources
                .add(HttpsFront.stranger(_ -> {
                    throw new IOException("not a storage node");
                }))
                .port();
        int silent;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            silent = socket.getLocalPort();
        }
        boolean other = location.endsWith("STRANGER");
        String text = location.replace("PORT", "" + behind.port())
                .replace("OWN", "" + behind.port())
                .replace("SILENT", "" + silent)
                .replace("STRANGER", "" + stranger);
        Announcement announced = announcement(
                other ? OWN : behind.certificate(), Location.parse(text).orElseThrow());
        start(
                Optional.ofNullable(networks).orElse(""),
                announced,
                location.endsWith("OWN") ? new int[] {behind.port()} : new int[0]);
        var client = through(behind, announced.server());
        assertThatThrownBy(client::version)
                .hasMessageContaining("does not relay to it")
                .hasMessageContaining(words);
        assertThat(refusals.recent().getFirst().reason()).contains(words);
    }

    @Test
    void aNodeThatAnnouncedNothingIsNotRelayedTo() throws Exception {
        var behind = front();
        start(LOOPBACK, announcement(behind.certificate(), new Location("127.0.0.1", behind.port())));
        String unknown = "v0-" + "a".repeat(52);
        assertThatThrownBy(() -> through(behind, new ServerId(unknown)).version())
                .hasMessageContaining("no storage node of that id is announced");
        assertThatThrownBy(() -> through(behind, new ServerId("127.0.0.1:22")).version())
                .hasMessageContaining("CONNECT takes the id of a storage node");
    }

    @Test
    void whatTheClientIsConnectedToMustShowTheNodesCertificate() throws Exception {
        var behind = front();
        Announcement announced = announcement(behind.certificate(), new Location("127.0.0.1", behind.port()));
        start(LOOPBACK, announced);
        var furl = Furl.of(CERTIFICATE.tubId(), List.of(new Location("127.0.0.1", port)), SWISSNUM);
        var helper = resources.add(HelperClient.at(loops, furl, OWN));
        var wrong = Tls.client(_ -> false);
        var client = resources.add(
                new HttpStorageClient(HttpsClient.through(loops, helper.to(announced.server()), wrong), SWISSNUM));
        assertThatThrownBy(client::version).hasMessageContaining("another certificate");
    }

    static Stream<String> noNetworks() {
        return Stream.of("10.0.0.0/33", "example.org", "10.0.0.0/8/8", "1.2.3.4/x");
    }

    @ParameterizedTest
    @MethodSource("noNetworks")
    void whatIsNoNetworkIsNotTakenForOne(String text) {
        assertThat(RelayNetworks.parse(text)).isEmpty();
    }
}
