package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.grid.Together;
import org.truckee.client.immutable.Matching;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ReadTestWriteAnswer.NoRoom;
import org.truckee.protocol.storage.ReadTestWriteAnswer.Tested;
import org.truckee.protocol.storage.ReadTestWriteAnswer.WrongWriteEnabler;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.TestAndWrite;

/// The shares of one new version on their way to servers: in place of every share that was seen, where it is still as
/// it was seen, and on other servers where a share has no place or its server fails. Belongs to one thread.
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final MutableWriteCap cap;
    private final Servermap seen;
    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final int happy;

    /// Who holds which share of the new version.
    private final Map<Integer, Set<GridServer>> placed = new TreeMap<>();

    private final Set<GridServer> failed = new HashSet<>();
    private final List<String> surprises = new ArrayList<>();

    Publication(MutableWriteCap cap, Servermap seen, KnownServers servers, LeaseSecret leaseSecret, int happy) {
        this.cap = cap;
        this.seen = seen;
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.happy = happy;
    }

    /// @throws UncoordinatedWriteException if somebody else wrote meanwhile
    /// @throws IOException if too few servers took shares; the version may be seen nevertheless
    void publish(MutableVersion version) throws IOException {
        Map<GridServer, Map<Integer, TestAndWrite>> writes = inPlace(version);
        do {
            placeHomeless(version, writes);
            int before = failed.size();
            write(version, writes);
            checkSurprises();
            writes.clear();
            if (failed.size() == before) {
                break;
            }
        } while (placed.size() < version.shares().size());
        checkHappy(version);
    }

    /// Puts the shares of a version that should be everywhere where they are not: at first where nothing is, and only
    /// then in place of others.
    ///
    /// @throws UncoordinatedWriteException if somebody else wrote meanwhile
    void restore(MutableVersion version) throws IOException {
        Map<GridServer, Map<Integer, TestAndWrite>> overwrites = inPlace(version);
        int before;
        do {
            Map<GridServer, Map<Integer, TestAndWrite>> added = new HashMap<>();
            overwrites.forEach((server, shares) -> added.put(server, new TreeMap<>(shares)));
            placeHomeless(version, added);
            spread(version, added);
            overwrites.forEach((server, shares) ->
                    added.getOrDefault(server, new TreeMap<>()).keySet().removeAll(shares.keySet()));
            added.values().removeIf(Map::isEmpty);
            before = failed.size();
            write(version, added);
            checkSurprises();
        } while (failed.size() > before);
        overwrites.keySet().removeAll(failed);
        write(version, overwrites);
        checkSurprises();
    }

    private void checkSurprises() throws UncoordinatedWriteException {
        if (!surprises.isEmpty()) {
            throw new UncoordinatedWriteException("another client changed the mutable file " + storageIndex()
                    + " meanwhile: " + String.join("; ", surprises));
        }
    }

    /// Gives servers without any share one that makes one more server have a share of its own.
    private void spread(MutableVersion version, Map<GridServer, Map<Integer, TestAndWrite>> writes) {
        for (GridServer server : usable()) {
            if (load(server, writes) == 0) {
                IntStream.range(0, version.shares().size())
                        .filter(number -> !hasShare(server, number))
                        .filter(number -> isHappierWith(number, server, writes))
                        .findFirst()
                        .ifPresent(number -> writes.computeIfAbsent(server, _ -> new TreeMap<>())
                                .put(number, write(version.shares().get(number), Optional.empty())));
            }
        }
    }

    private boolean isHappierWith(int number, GridServer server, Map<GridServer, Map<Integer, TestAndWrite>> writes) {
        return Matching.happiness(holders(writes, Map.of(number, Set.of(server))))
                > Matching.happiness(holders(writes, Map.of()));
    }

    /// Who will have which share.
    private Map<Integer, Set<GridServer>> holders(
            Map<GridServer, Map<Integer, TestAndWrite>> writes, Map<Integer, Set<GridServer>> further) {
        Map<Integer, Set<GridServer>> all = new TreeMap<>();
        placed.forEach((number, servers) ->
                all.computeIfAbsent(number, _ -> new HashSet<>()).addAll(servers));
        writes.forEach((server, shares) -> shares.keySet()
                .forEach(number ->
                        all.computeIfAbsent(number, _ -> new HashSet<>()).add(server)));
        further.forEach((number, servers) ->
                all.computeIfAbsent(number, _ -> new HashSet<>()).addAll(servers));
        return all;
    }

    /// Servers that may be given shares: not those of which it is not known what they have.
    private List<GridServer> usable() {
        return ServerSelector.inOrder(servers.connected(), storageIndex()).stream()
                .filter(server -> !failed.contains(server) && !seen.failed().containsKey(server))
                .toList();
    }

    private void checkHappy(MutableVersion version) throws IOException {
        int needed = Math.max(
                version.header().encoding().required(),
                Math.min(happy, version.shares().size()));
        int happiness = Matching.happiness(placed);
        if (happiness < needed) {
            throw new IOException("shares.happy asks for " + needed + " servers with a share of their own of the"
                    + " mutable file " + storageIndex() + ", and " + happiness + " took one; the change may still"
                    + " appear");
        }
    }

    private Map<GridServer, Map<Integer, TestAndWrite>> inPlace(MutableVersion version) {
        Map<GridServer, Map<Integer, TestAndWrite>> writes = new HashMap<>();
        for (var share : seen.shares()) {
            int number = share.share().share();
            if (share.share().header().equals(version.header())) {
                placed.computeIfAbsent(number, _ -> new HashSet<>()).add(share.server());
            } else if (number < version.shares().size()) {
                var before = Optional.of(share.share().header().checkstring());
                writes.computeIfAbsent(share.server(), _ -> new TreeMap<>())
                        .put(number, write(version.shares().get(number), before));
            }
        }
        for (var bad : seen.damaged()) {
            if (bad.number() < version.shares().size()) {
                writes.computeIfAbsent(bad.server(), _ -> new TreeMap<>())
                        .put(bad.number(), write(version.shares().get(bad.number()), Optional.of(bad.start())));
            }
        }
        return writes;
    }

    /// Shares without a place go to the servers that have the fewest, the first of these in the ring; where some are
    /// placed already, rather to servers that then have a share of their own.
    private void placeHomeless(MutableVersion version, Map<GridServer, Map<Integer, TestAndWrite>> writes) {
        var homeless = new TreeSet<Integer>();
        for (int number = 0; number < version.shares().size(); number++) {
            homeless.add(number);
        }
        homeless.removeAll(placed.keySet());
        writes.values().forEach(shares -> homeless.removeAll(shares.keySet()));
        List<GridServer> ring = usable();
        for (int number : homeless) {
            ring.stream()
                    .filter(server -> !hasShare(server, number))
                    .min(Comparator.<GridServer>comparingInt(
                                    server -> placed.isEmpty() || isHappierWith(number, server, writes) ? 0 : 1)
                            .thenComparingInt(server -> load(server, writes)))
                    .ifPresent(server -> writes.computeIfAbsent(server, _ -> new TreeMap<>())
                            .put(number, write(version.shares().get(number), Optional.empty())));
        }
    }

    private boolean hasShare(GridServer server, int number) {
        return isDamaged(server, number)
                || seen.shares().stream()
                        .anyMatch(share ->
                                share.server().equals(server) && share.share().share() == number);
    }

    private boolean isDamaged(GridServer server, int number) {
        return seen.damaged().stream().anyMatch(bad -> bad.server().equals(server) && bad.number() == number);
    }

    private int load(GridServer server, Map<GridServer, Map<Integer, TestAndWrite>> writes) {
        long held = placed.values().stream()
                .filter(holders -> holders.contains(server))
                .count();
        return (int) held + writes.getOrDefault(server, Map.of()).size();
    }

    private void write(MutableVersion version, Map<GridServer, Map<Integer, TestAndWrite>> writes) throws IOException {
        var answers = Together.ask(
                writes.keySet(), server -> readTestWrite(server, writes.getOrDefault(server, Map.of()), version));
        answers.heard()
                .forEach((server, answer) ->
                        take(server, writes.getOrDefault(server, Map.of()).keySet(), answer, version));
        answers.failed().forEach((server, failure) -> fail(server, String.valueOf(failure.getMessage())));
    }

    private void take(GridServer server, Set<Integer> shares, ReadTestWriteAnswer answer, MutableVersion version) {
        switch (answer) {
            case Tested tested -> {
                boolean mine = shares.stream().allMatch(share -> is(version.header(), tested, share));
                if (tested.written() || mine) {
                    shares.forEach(share ->
                            placed.computeIfAbsent(share, _ -> new HashSet<>()).add(server));
                } else {
                    surprises.add(server + " has another version than was seen there");
                }
                tested.data().keySet().stream()
                        .filter(share -> !shares.contains(share) && !wasSeen(server, tested, share))
                        .filter(share -> !is(version.header(), tested, share))
                        .forEach(share -> surprises.add(server + " has a share " + share + " that was not seen there"));
            }
            case WrongWriteEnabler _ -> fail(server, "its shares were first written by a server of another key");
            case NoRoom _ -> fail(server, "it has no room");
        }
    }

    private static boolean is(MutableHeader version, Tested tested, int share) {
        List<ByteBuffer> there = tested.data().getOrDefault(share, List.of());
        return !there.isEmpty() && there.getFirst().equals(version.checkstring().toBuffer());
    }

    private boolean wasSeen(GridServer server, Tested tested, int number) {
        return isDamaged(server, number)
                || seen.shares().stream()
                        .filter(share ->
                                share.server().equals(server) && share.share().share() == number)
                        .anyMatch(share -> is(share.share().header(), tested, number));
    }

    private void fail(GridServer server, String why) {
        failed.add(server);
        LOG.atWarn()
                .addKeyValue("storageIndex", storageIndex())
                .addKeyValue("server", server)
                .addKeyValue("reason", why)
                .log("shares of a mutable file were not written");
    }

    private ReadTestWriteAnswer readTestWrite(
            GridServer server, Map<Integer, TestAndWrite> writes, MutableVersion version) throws IOException {
        int checkstringBytes = version.header().checkstring().toBuffer().remaining();
        return server.storage()
                .readTestWrite(
                        storageIndex(),
                        cap.writeKey().writeEnabler(server.tubId()),
                        leaseSecret.leaseSecrets(storageIndex(), server.tubId()),
                        writes,
                        List.of(new ReadVector(0, checkstringBytes)));
    }

    private StorageIndex storageIndex() {
        return cap.readOnly().readKey().storageIndex();
    }

    /// Writes a share in place of the one that begins so, or where there is none.
    private static TestAndWrite write(byte[] share, Optional<Checkstring> before) {
        var test = before.map(Checkstring::test).orElse(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0)));
        return new TestAndWrite(
                List.of(test),
                List.of(new TestAndWrite.Write(0, ByteBuffer.wrap(share))),
                OptionalLong.of(share.length));
    }
}
