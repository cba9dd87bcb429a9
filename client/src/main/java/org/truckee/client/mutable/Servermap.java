package org.truckee.client.mutable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.mutable.SlotReader.Opened;
import org.truckee.client.share.CorruptShareException;
import org.truckee.protocol.storage.ShareKind;

/// Which proven shares of a mutable file were seen where.
///
/// @param failed servers that could not be asked
record Servermap(
        MutableVerifyCap cap,
        List<Seen> shares,
        List<Bad> damaged,
        Set<GridServer> heard,
        Map<GridServer, IOException> failed) {
    private static final Logger LOG = LoggerFactory.getLogger(Servermap.class);

    /// One share and the server it was seen on.
    record Seen(GridServer server, MutableShareReader share) {}

    /// A share that is not good, and the bytes it begins with, by which it is known when it is replaced.
    record Bad(GridServer server, int number, Checkstring start, String what) {
        boolean isOf(Seen seen) {
            return server.equals(seen.server()) && number == seen.share().share();
        }
    }

    Servermap {
        shares = List.copyOf(shares);
        damaged = List.copyOf(damaged);
        heard = Set.copyOf(heard);
        failed = Map.copyOf(failed);
    }

    /// Of a file that is nowhere yet.
    static Servermap empty(MutableVerifyCap cap) {
        return new Servermap(cap, List.of(), List.of(), Set.of(), Map.of());
    }

    /// What one server has.
    private record Held(List<Seen> good, List<Bad> damaged) {}

    /// Asks all `servers`.
    static Servermap read(MutableVerifyCap cap, Collection<GridServer> servers) throws IOException {
        return read(cap, servers, MutableShareReader.FIRST_BYTES);
    }

    /// The same with so many bytes of every share read at first, which are all of one version.
    static Servermap read(MutableVerifyCap cap, Collection<GridServer> servers, int firstBytes) throws IOException {
        var answers = Together.ask(servers, server -> readFrom(server, cap, firstBytes));
        return new Servermap(
                cap,
                answers.heard().values().stream()
                        .flatMap(held -> held.good().stream())
                        .toList(),
                answers.heard().values().stream()
                        .flatMap(held -> held.damaged().stream())
                        .toList(),
                answers.heard().keySet(),
                answers.failed());
    }

    /// With some of the shares known to be damaged.
    Servermap without(List<Bad> bad) {
        List<Seen> left = shares.stream()
                .filter(seen -> bad.stream().noneMatch(other -> other.isOf(seen)))
                .toList();
        List<Bad> all = new ArrayList<>(damaged);
        all.addAll(bad);
        return new Servermap(cap, left, all, heard, failed);
    }

    /// As if these servers had not answered.
    Servermap failing(Map<GridServer, IOException> servers) {
        Map<GridServer, IOException> all = new HashMap<>(failed);
        all.putAll(servers);
        Set<GridServer> others = new HashSet<>(heard);
        others.removeAll(servers.keySet());
        return new Servermap(cap, shares, damaged, others, all).on(others);
    }

    /// What is on these servers.
    Servermap on(Collection<GridServer> servers) {
        return new Servermap(
                cap,
                shares.stream().filter(seen -> servers.contains(seen.server())).toList(),
                damaged.stream().filter(bad -> servers.contains(bad.server())).toList(),
                heard,
                failed);
    }

    private static Held readFrom(GridServer server, MutableVerifyCap cap, int firstBytes) throws IOException {
        var held = new Held(new ArrayList<>(), new ArrayList<>());
        for (int number : server.storage().list(ShareKind.MUTABLE, cap.storageIndex())) {
            switch (new SlotReader(cap, server, number).openAtRest(firstBytes)) {
                case Opened.Good(MutableShareReader share) -> held.good().add(new Seen(server, share));
                case Opened.Damaged(Checkstring start, CorruptShareException damage) -> {
                    String what = String.valueOf(damage.getMessage());
                    held.damaged().add(new Bad(server, number, start, what));
                    LOG.atWarn()
                            .addKeyValue("storageIndex", cap.storageIndex())
                            .addKeyValue("server", server)
                            .addKeyValue("reason", what)
                            .log("a share is not used");
                }
                case Opened.Overwritten _, Opened.Empty _ -> {}
            }
        }
        return held;
    }

    /// The highest sequence number seen, 0 if there is none.
    long highestSequenceNumber() {
        return shares.stream()
                .mapToLong(seen -> seen.share().header().sequenceNumber())
                .max()
                .orElse(0);
    }

    /// The newest version of which enough different shares were seen, as these shares.
    Optional<List<MutableShareReader>> best() {
        Map<MutableHeader, Map<Integer, MutableShareReader>> versions = shares.stream()
                .map(Seen::share)
                .collect(Collectors.groupingBy(
                        MutableShareReader::header,
                        Collectors.toMap(MutableShareReader::share, share -> share, (one, same) -> one, TreeMap::new)));
        return versions.entrySet().stream()
                .filter(version ->
                        version.getValue().size() >= version.getKey().encoding().required())
                .max(Comparator.comparing(Map.Entry::getKey, MutableHeader.BY_AGE))
                .map(version -> List.copyOf(version.getValue().values()));
    }

    Optional<MutableHeader> bestVersion() {
        return best().map(shares -> shares.getFirst().header());
    }
}
