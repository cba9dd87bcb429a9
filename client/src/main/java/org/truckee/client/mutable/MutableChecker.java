package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;
import org.truckee.client.immutable.Matching;
import org.truckee.client.mutable.Servermap.Bad;
import org.truckee.client.mutable.Servermap.Seen;
import org.truckee.client.share.CorruptShareException;
import org.truckee.protocol.storage.ShareKind;

/// What a [Servermap] says of a mutable file, and, where asked to, whether every byte of the best version's shares is
/// right. The verify capability is enough.
final class MutableChecker {
    /// What is expected of a file of which nothing is found, as in Tahoe-LAFS.
    private static final Encoding USUAL = new Encoding(3, 10);

    private final Servermap map;

    MutableChecker(Servermap map) {
        this.map = map;
    }

    /// The same map, in which shares of the best version that are not right to the last byte are damaged. Operators
    /// are told of those.
    Servermap verified() throws IOException {
        Optional<MutableHeader> best = map.bestVersion();
        Map<GridServer, List<Seen>> shares = new HashMap<>();
        map.shares().stream()
                .filter(seen -> best.equals(Optional.of(seen.share().header())))
                .forEach(seen -> shares.computeIfAbsent(seen.server(), _ -> new ArrayList<>())
                        .add(seen));
        Optional<ByteBuffer> signingKey = mostFrequentSigningKey(shares.values());
        var answers =
                Together.ask(shares.keySet(), server -> damaged(shares.getOrDefault(server, List.of()), signingKey));
        var damaged = answers.heard().values().stream().flatMap(List::stream).toList();
        return map.without(damaged).failing(answers.failed());
    }

    /// No hash covers the encrypted signing key, but all shares have the same.
    private static Optional<ByteBuffer> mostFrequentSigningKey(Collection<List<Seen>> shares) throws IOException {
        var answers = Together.ask(
                shares.stream().flatMap(List::stream).toList(),
                seen -> ByteBuffer.wrap(seen.share().encryptedSigningKey()));
        Map<ByteBuffer, Integer> counts = new TreeMap<>();
        answers.heard().values().forEach(key -> counts.merge(key, 1, Integer::sum));
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private List<Bad> damaged(List<Seen> shares, Optional<ByteBuffer> signingKey) throws IOException {
        List<Bad> damaged = new ArrayList<>();
        for (Seen seen : shares) {
            try {
                seen.share().verify();
                if (signingKey.isPresent()) {
                    seen.share().checkSigningKey(signingKey.get());
                }
            } catch (CorruptShareException e) {
                String what = String.valueOf(e.getMessage());
                int number = seen.share().share();
                damaged.add(new Bad(seen.server(), number, seen.share().header().checkstring(), what));
                seen.server()
                        .storage()
                        .adviseCorrupt(ShareKind.MUTABLE, map.cap().storageIndex(), number, what);
            }
        }
        return damaged;
    }

    FileHealth health() {
        Map<MutableHeader, SortedMap<Integer, Set<GridServer>>> versions = new HashMap<>();
        for (Seen seen : map.shares()) {
            versions.computeIfAbsent(seen.share().header(), _ -> new TreeMap<>())
                    .computeIfAbsent(seen.share().share(), _ -> new HashSet<>())
                    .add(seen.server());
        }
        Optional<MutableHeader> best = map.bestVersion();
        SortedMap<Integer, Set<GridServer>> holders = best.map(header -> versions.getOrDefault(header, new TreeMap<>()))
                .orElse(new TreeMap<>());
        int good = holders.values().stream().mapToInt(Set::size).sum();
        int recoverable = (int) versions.entrySet().stream()
                .filter(version ->
                        version.getValue().size() >= version.getKey().encoding().required())
                .count();
        Map<GridServer, String> unheard = new HashMap<>();
        map.failed().forEach((server, failure) -> unheard.put(server, String.valueOf(failure.getMessage())));
        return new FileHealth(
                map.cap().storageIndex(),
                best.or(() -> versions.keySet().stream().findFirst())
                        .map(MutableHeader::encoding)
                        .orElse(USUAL),
                map.best().map(shares -> shares.getFirst().layout().end()).orElse(0L),
                holders,
                Matching.happiness(holders),
                map.damaged().stream()
                        .map(bad -> new DamagedShare(bad.server(), bad.number(), bad.what()))
                        .toList(),
                map.shares().size() - good,
                recoverable,
                versions.size() - recoverable,
                map.heard(),
                unheard);
    }
}
