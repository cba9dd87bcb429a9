package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.grid.Together;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.storage.Allocation;
import org.truckee.protocol.storage.ShareKind;

/// Places the shares of immutable files on servers. Safe for use by any number of threads.
public final class Uploader {
    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);
    private static final int INCARNATION_BYTES = 16;

    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final byte[] incarnation = new byte[INCARNATION_BYTES];

    public Uploader(KnownServers servers, LeaseSecret leaseSecret, SecureRandom random) {
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        random.nextBytes(incarnation);
    }

    /// Uploads a file so that at least `happy` servers hold a share of their own; shares that are there already are
    /// not sent again.
    ///
    /// @throws UnhappyUploadException if too few servers take shares
    public UploadReport upload(CiphertextSource source, int happy) throws IOException {
        StorageIndex storageIndex = source.storageIndex();
        int total = source.segmentation().encoding().total();
        List<GridServer> ring = ServerSelector.inOrder(servers.connected(), storageIndex);
        var lists = Together.ask(ring, server -> server.storage().list(ShareKind.IMMUTABLE, storageIndex));
        Map<Integer, Set<GridServer>> holders = holders(lists.heard());
        Map<GridServer, Set<Integer>> plan =
                plan(total, List.copyOf(lists.heard().keySet()), holders);

        try (var encoder = new ChkEncoder(source)) {
            return upload(source, encoder, happy, plan, holders, ring.size());
        }
    }

    private UploadReport upload(
            CiphertextSource source,
            ChkEncoder encoder,
            int happy,
            Map<GridServer, Set<Integer>> plan,
            Map<Integer, Set<GridServer>> holders,
            int asked)
            throws IOException {
        StorageIndex storageIndex = source.storageIndex();
        int total = source.segmentation().encoding().total();
        var allocations = Together.ask(
                plan.keySet(), server -> allocate(source, encoder, server, plan.getOrDefault(server, Set.of())));
        List<ShareWriter> writers = new ArrayList<>();
        try {
            allocations.heard().forEach((server, allocation) -> {
                allocation.alreadyHave().stream()
                        .filter(share -> share < total)
                        .forEach(share -> holders(holders, share).add(server));
                allocation.allocated().stream()
                        .filter(plan.getOrDefault(server, Set.of())::contains)
                        .forEach(share -> writers.add(
                                new ShareWriter(storageIndex, share, server, uploadSecret(storageIndex, server))));
            });
            checkHappy(happy, holders, writers, asked);
            return push(encoder, source, happy, holders, writers);
        } finally {
            writers.forEach(ShareWriter::close);
        }
    }

    private static Map<Integer, Set<GridServer>> holders(Map<GridServer, Set<Integer>> lists) {
        Map<Integer, Set<GridServer>> holders = new TreeMap<>();
        lists.forEach((server, shares) ->
                shares.forEach(share -> holders(holders, share).add(server)));
        return holders;
    }

    private static Set<GridServer> holders(Map<Integer, Set<GridServer>> holders, int share) {
        return holders.computeIfAbsent(share, _ -> new HashSet<>());
    }

    /// Every share that nobody holds goes to the server that has the fewest, the first of these in the ring.
    private static Map<GridServer, Set<Integer>> plan(
            int total, List<GridServer> ring, Map<Integer, Set<GridServer>> holders) {
        Map<GridServer, Integer> load = new HashMap<>();
        holders.values().forEach(all -> all.forEach(server -> load.merge(server, 1, Integer::sum)));
        Map<GridServer, Set<Integer>> plan = new LinkedHashMap<>();
        for (int share = 0; share < total && !ring.isEmpty(); share++) {
            if (!holders.containsKey(share)) {
                GridServer server = ring.stream()
                        .min(Comparator.comparing(s -> load.getOrDefault(s, 0)))
                        .orElseThrow();
                load.merge(server, 1, Integer::sum);
                plan.computeIfAbsent(server, _ -> new HashSet<>()).add(share);
            }
        }
        return plan;
    }

    private Allocation allocate(CiphertextSource source, ChkEncoder encoder, GridServer server, Set<Integer> shares)
            throws IOException {
        return server.storage()
                .allocate(
                        source.storageIndex(),
                        shares,
                        encoder.shareBytes(),
                        uploadSecret(source.storageIndex(), server),
                        leaseSecret.leaseSecrets(source.storageIndex(), server.tubId()));
    }

    private UploadSecret uploadSecret(StorageIndex storageIndex, GridServer server) {
        return leaseSecret.uploadSecret(incarnation, storageIndex, server.tubId());
    }

    private static void checkHappy(
            int happy, Map<Integer, Set<GridServer>> holders, List<ShareWriter> writers, int asked)
            throws UnhappyUploadException {
        Map<Integer, Set<GridServer>> expected = new TreeMap<>();
        holders.forEach((share, all) -> holders(expected, share).addAll(all));
        writers.stream()
                .filter(writer -> writer.failure() == null)
                .forEach(writer -> holders(expected, writer.share()).add(writer.server()));
        int happiness = Happiness.of(expected);
        if (happiness < happy) {
            throw new UnhappyUploadException("shares.happy is " + happy + " but only " + happiness
                    + " servers can be given a share of their own; " + asked + " servers are connected");
        }
    }

    private static UploadReport push(
            ChkEncoder encoder,
            CiphertextSource source,
            int happy,
            Map<Integer, Set<GridServer>> holders,
            List<ShareWriter> writers)
            throws IOException {
        Segmentation segmentation = source.segmentation();
        for (var writer : writers) {
            writer.write(encoder.header());
        }
        for (int segment = 0; segment < segmentation.segments(); segment++) {
            byte[][] blocks = encoder.nextSegment();
            for (var writer : writers) {
                writer.write(blocks[writer.share()]);
            }
            checkHappy(happy, holders, writers, writers.size());
        }
        var trailers = encoder.trailers();
        for (var writer : writers) {
            writer.write(trailers.of(writer.share()).readAll());
        }
        for (var writer : writers) {
            if (writer.finish()) {
                holders(holders, writer.share()).add(writer.server());
            } else {
                LOG.atWarn()
                        .addKeyValue("storageIndex", source.storageIndex())
                        .addKeyValue("share", writer.share())
                        .addKeyValue("server", writer.server())
                        .setCause(writer.failure())
                        .log("a share was not placed");
            }
        }
        checkHappy(happy, holders, List.of(), writers.size());
        return new UploadReport(trailers.verifyCap(), holders);
    }
}
