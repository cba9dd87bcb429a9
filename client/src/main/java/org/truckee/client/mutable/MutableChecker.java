package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.grid.Together.Answers;
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

    /// What `servers` have, with shares of the best version damaged that are not right to the last byte. Operators
    /// are told of those. Looks again, at more of every share at once, while somebody overwrites them; in the end a
    /// server whose share is overwritten still counts as not heard.
    static Servermap verified(MutableVerifyCap cap, Collection<GridServer> servers) throws IOException {
        Iterator<Integer> firstBytes = SlotReader.FIRST_BYTES.iterator();
        while (true) {
            var checker = new MutableChecker(Servermap.read(cap, servers, firstBytes.next()));
            var answers = checker.verify();
            List<Wrong> wrong =
                    answers.heard().values().stream().flatMap(List::stream).toList();
            if (wrong.isEmpty() || checker.isAtRest() || !firstBytes.hasNext()) {
                return checker.judged(wrong, answers.failed());
            }
        }
    }

    /// Whether all shares of the best version are still those that were seen.
    private boolean isAtRest() throws IOException {
        List<Seen> shares =
                sharesOfBest().values().stream().flatMap(List::stream).toList();
        var answers = Together.ask(shares, seen -> seen.share().isStillThere());
        return answers.heard().values().stream().allMatch(there -> there);
    }

    private Servermap judged(List<Wrong> wrong, Map<GridServer, IOException> unheard) throws IOException {
        Map<GridServer, IOException> failed = new HashMap<>(unheard);
        List<Wrong> damaged = new ArrayList<>();
        for (Wrong share : wrong) {
            if (share.isStillThere()) {
                damaged.add(share);
            } else {
                failed.put(
                        share.seen().server(),
                        new IOException("share " + share.seen().share().share()
                                + " is overwritten faster than it can be read"));
            }
        }
        Together.ask(damaged, share -> share.advise(map.cap()));
        return map.without(damaged.stream().map(Wrong::bad).toList()).failing(failed);
    }

    /// A share of which a byte is not right, and whether the version that was seen is still there.
    private record Wrong(Seen seen, String what, boolean isStillThere) {
        Bad bad() {
            MutableShareReader share = seen.share();
            return new Bad(seen.server(), share.share(), share.header().checkstring(), what);
        }

        /// Tells the server's operator.
        Wrong advise(MutableVerifyCap cap) throws IOException {
            seen.server()
                    .storage()
                    .adviseCorrupt(
                            ShareKind.MUTABLE, cap.storageIndex(), seen.share().share(), what);
            return this;
        }
    }

    private Map<GridServer, List<Seen>> sharesOfBest() {
        Optional<MutableHeader> best = map.bestVersion();
        Map<GridServer, List<Seen>> shares = new HashMap<>();
        map.shares().stream()
                .filter(seen -> best.equals(Optional.of(seen.share().header())))
                .forEach(seen -> shares.computeIfAbsent(seen.server(), _ -> new ArrayList<>())
                        .add(seen));
        return shares;
    }

    private Answers<GridServer, List<Wrong>> verify() throws IOException {
        Map<GridServer, List<Seen>> shares = sharesOfBest();
        Optional<ByteBuffer> signingKey = mostFrequentSigningKey(shares.values());
        return Together.ask(shares.keySet(), server -> wrong(shares.getOrDefault(server, List.of()), signingKey));
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

    private static List<Wrong> wrong(List<Seen> shares, Optional<ByteBuffer> signingKey) throws IOException {
        List<Wrong> wrong = new ArrayList<>();
        for (Seen seen : shares) {
            try {
                seen.share().verify();
                if (signingKey.isPresent()) {
                    seen.share().checkSigningKey(signingKey.get());
                }
            } catch (IOException e) {
                boolean isStillThere = seen.share().isStillThere();
                if (isStillThere && !(e instanceof CorruptShareException)) {
                    throw e;
                }
                wrong.add(new Wrong(seen, String.valueOf(e.getMessage()), isStillThere));
            }
        }
        return wrong;
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
