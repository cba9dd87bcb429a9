package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.grid.Rate;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfers;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.introducer.ServerId;

/// Nothing that a helper does makes a client store a wrong capability, or report a file that is not there.
@Timeout(60)
class HostileHelperTest {
    private static final int SERVERS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final NodeCertificate OWN = NodeCertificate.generate(new SecureRandom());
    private static final UploadSecret UPLOAD = new UploadSecret(new byte[20]);
    private static final LeaseSecrets LEASE = new LeaseSecrets(new byte[32], new byte[32]);

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final MemoryGrid grid = new MemoryGrid(SERVERS);
    private final Transfers transfers = new Transfers(InstantSource.system());

    @AfterEach
    void close() {
        grid.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /// The first segment is always the one that is sampled.
    private static final class FirstSegment extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public int nextInt(int bound) {
            return 0;
        }
    }

    private static byte[] contents(int bytes) {
        var contents = new byte[bytes];
        new Random(bytes).nextBytes(contents);
        return contents;
    }

    /// With little patience only where a helper is slow: where it is not, a busy machine must not make it so.
    private ImmutableFiles client(KnownHelpers helpers, boolean isSlow) {
        var patience = isSlow
                ? new HelperPatience(Duration.ofMillis(700), 64 << 10, Duration.ofMillis(500), grid)
                : HelperPatience.usual(grid);
        var random = new FirstSegment();
        return new ImmutableFiles(
                grid,
                new LeaseSecret(new byte[32]),
                Incarnations.unremembered(random),
                new ImmutableFiles.Policy(new Encoding(3, 10), 7, new ConvergenceSecret(new byte[32])),
                new Helping(helpers, Optional.of(folder)),
                patience,
                transfers,
                random);
    }

    private KnownHelpers helpers(HelperDouble helper) {
        var sources = new KnownHelpers.Sources(Optional.empty(), Optional.of(helper.furl()), Map.of());
        var helpers = KnownHelpers.follow(loops, sources, OWN, Rate.unlimited(), InstantSource.system());
        await().atMost(PATIENCE).until(() -> !helpers.forExpansion().isEmpty());
        return helpers;
    }

    private void put(int server, ExpansionRequest request, int share, byte[] bytes) throws IOException {
        var storage = grid.server(server);
        storage.allocate(request.storageIndex(), Set.of(share), bytes.length, UPLOAD, LEASE);
        storage.write(request.storageIndex(), share, UPLOAD, 0, ByteStream.of(bytes));
    }

    private ServerId id(int server) {
        return grid.all().get(server).id();
    }

    private Map<ServerId, Set<Integer>> everywhere() {
        Map<ServerId, Set<Integer>> claims = new HashMap<>();
        IntStream.range(0, SERVERS).forEach(server -> claims.put(id(server), Set.of(server)));
        return claims;
    }

    /// Something that a helper may do, and what the page must say of it.
    record Case(String name, String words, Doing doing) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// What a helper does in a test.
    interface Doing {
        HelperDouble.Conduct in(HostileHelperTest test);
    }

    private static HelperDouble.Conduct placing(HelperDouble.Conduct conduct) {
        return conduct;
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "encodes another file",
                        "hash",
                        test -> placing((request, ciphertext) -> {
                            ciphertext[5] ^= 1;
                            List<byte[]> shares = HelperDouble.shares(request, ciphertext);
                            for (int share = 0; share < SERVERS; share++) {
                                test.put(share, request, share, shares.get(share));
                            }
                            return test.everywhere();
                        })),
                new Case("places nothing", "confirm", test -> placing((_, _) -> test.everywhere())),
                new Case(
                        "places one share too few to read it",
                        "only 2 of the 7",
                        test -> placing((request, bytes) -> {
                            List<byte[]> shares = HelperDouble.shares(request, bytes);
                            for (int share = 0; share < request.required() - 1; share++) {
                                test.put(share, request, share, shares.get(share));
                            }
                            return test.everywhere();
                        })),
                new Case(
                        "flips a byte of a block that is sampled",
                        "hash",
                        test -> placing((request, bytes) -> {
                            List<byte[]> shares = HelperDouble.shares(request, bytes);
                            shares.get(3)[1000] ^= 1;
                            for (int share = 0; share < SERVERS; share++) {
                                test.put(share, request, share, shares.get(share));
                            }
                            return test.everywhere();
                        })),
                new Case(
                        "names servers that it never asked",
                        "confirm",
                        _ -> placing((_, _) -> {
                            Map<ServerId, Set<Integer>> claims = new HashMap<>();
                            IntStream.range(0, SERVERS)
                                    .forEach(server ->
                                            claims.put(new ServerId("v0-unheard-of-" + server), Set.of(server)));
                            return claims;
                        })),
                new Case(
                        "gives another file's shares for this one's",
                        "hash",
                        test -> placing((request, bytes) -> {
                            var other = new byte[bytes.length];
                            List<byte[]> shares = HelperDouble.shares(request, other);
                            for (int share = 0; share < SERVERS; share++) {
                                test.put(share, request, share, shares.get(share));
                            }
                            return test.everywhere();
                        })),
                new Case(
                        "replays where another file is",
                        "confirm",
                        test -> placing((request, bytes) -> {
                            var other = new ExpansionRequest(
                                    new StorageIndex(new byte[16]),
                                    request.size(),
                                    request.required(),
                                    request.happy(),
                                    request.total(),
                                    request.segmentBytes(),
                                    request.nonce());
                            List<byte[]> shares = HelperDouble.shares(other, bytes);
                            for (int share = 0; share < SERVERS; share++) {
                                test.put(share, other, share, shares.get(share));
                            }
                            return test.everywhere();
                        })),
                new Case(
                        "never answers to the commit",
                        "too slow",
                        _ -> placing((_, _) -> {
                            beSilent();
                            return Map.of();
                        })),
                new Case("allocates everything and takes nothing", "too slow", test -> new HelperDouble.Conduct() {
                    @Override
                    public byte[] receive(Request patch, ExpansionRequest request) throws IOException {
                        for (int server = 0; server < SERVERS; server++) {
                            test.grid
                                    .server(server)
                                    .allocate(
                                            request.storageIndex(),
                                            Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
                                            500_000,
                                            UPLOAD,
                                            LEASE);
                        }
                        beSilent();
                        return new byte[0];
                    }

                    @Override
                    public Map<ServerId, Set<Integer>> place(ExpansionRequest request, byte[] ciphertext) {
                        return test.everywhere();
                    }
                }),
                new Case(
                        "fails",
                        "the request failed",
                        _ -> placing((_, _) -> {
                            throw new IOException("no");
                        })));
    }

    /// Says nothing until it is closed.
    private static void beSilent() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException("closed", e);
        }
    }

    @ParameterizedTest(name = "a helper that {0} costs time, and nothing else")
    @MethodSource("cases")
    void fileIsStoredWhateverTheHelperDoes(Case one) throws Exception {
        byte[] contents = contents(4 << 20);
        try (var helper = new HelperDouble(loops, one.doing().in(this));
                var helpers = helpers(helper);
                var client = client(helpers, one.words().equals("too slow"))) {
            var cap = (ChkReadCap) client.upload(Plaintext.of(contents));
            assertThat(client.read(cap)).isEqualTo(contents);
            assertThat(sharesOf(cap)).isGreaterThanOrEqualTo(7);
            var uploads = transfers.uploads();
            assertThat(uploads.getFirst().via()).isEqualTo("direct");
            assertThat(uploads.getFirst().state()).isEqualTo(Transfer.State.DONE);
            var attempt = uploads.getLast();
            assertThat(attempt.via()).startsWith("helper ");
            assertThat(attempt.reason().orElseThrow()).contains(one.words());
            assertThat(transfers.totals().failedUploads()).isZero();
            assertThat(helpers.all().getFirst().failure().orElseThrow()).contains(one.words());
        }
    }

    /// Servers that have a share of their own, all of which are good.
    private int sharesOf(ChkReadCap cap) throws IOException {
        try (var cores = new Cores(1)) {
            var health = new ChkChecker(cap.toVerifyCap(), cores, List.of()).check(grid.connected(), true);
            assertThat(health.damaged()).isEmpty();
            return health.happiness();
        }
    }

    private HelperDouble.Conduct flipping(int share, int... shares) {
        return (request, bytes) -> {
            List<byte[]> all = HelperDouble.shares(request, bytes);
            int secondSegment = 36 + request.segmentBytes() / request.required() + 7;
            all.get(share)[secondSegment] ^= 1;
            for (int other : shares) {
                all.get(other)[secondSegment] ^= 1;
            }
            for (int i = 0; i < SERVERS; i++) {
                put(i, request, i, all.get(i));
            }
            return everywhere();
        };
    }

    private void assertIsRepaired(HelperDouble.Conduct conduct) throws Exception {
        byte[] contents = contents(4 << 20);
        try (var helper = new HelperDouble(loops, conduct);
                var helpers = helpers(helper);
                var client = client(helpers, false)) {
            var cap = (ChkReadCap) client.upload(Plaintext.of(contents));
            assertThat(transfers.uploads().getLast().via()).startsWith("helper ");
            await().atMost(PATIENCE).until(() -> client.readBack().report().waiting() == 0);
            assertThat(client.readBack().report().repaired()).isEqualTo(1);
            assertThat(client.read(cap)).isEqualTo(contents);
            assertThat(goodShares(cap))
                    .containsAll(IntStream.range(0, SERVERS).boxed().toList());
            assertThat(folder).isEmptyDirectory();
        }
    }

    private Set<Integer> goodShares(ChkReadCap cap) throws IOException {
        try (var cores = new Cores(1)) {
            Map<Integer, Set<GridServer>> holders = new ChkChecker(cap.toVerifyCap(), cores, List.of())
                    .check(grid.connected(), true)
                    .holders();
            return holders.keySet();
        }
    }

    @Test
    void aByteFlippedOutsideTheSampleIsFoundAndRepaired() throws Exception {
        assertIsRepaired(flipping(4));
    }

    @Test
    void aSegmentFlippedInAllSharesIsRepairedFromWhatWasKept() throws Exception {
        assertIsRepaired(flipping(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }
}
