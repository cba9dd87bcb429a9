package org.truckee.client.immutable;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.truckee.client.grid.GridServer;

/// Decides where shares go. It knows the servers in the order of the ring, what each holds, and what each has
/// refused; it asks nobody. Shares that somebody holds stay where they are: one of them is sent to a further server
/// only where the file would not be happy otherwise. Belongs to one thread.
final class UploadPlanner {
    private final int total;
    private final int happy;
    private final List<GridServer> ring;
    private final Map<GridServer, Set<Integer>> held;
    private final Map<GridServer, Set<Integer>> refused;

    /// What each server will have: what it holds and what it is sent.
    private final Map<GridServer, Set<Integer>> load = new HashMap<>();

    private final Map<GridServer, Set<Integer>> sent = new LinkedHashMap<>();

    private UploadPlanner(
            int total,
            int happy,
            List<GridServer> ring,
            Map<GridServer, Set<Integer>> held,
            Map<GridServer, Set<Integer>> refused) {
        this.total = total;
        this.happy = happy;
        this.ring = ring;
        this.held = held;
        this.refused = refused;
        held.forEach((server, shares) -> load.put(server, new HashSet<>(shares)));
    }

    /// `ring`: the servers to send to, in order; `held`: which shares of `total` servers hold, those of `ring` and
    /// others; `refused`: which shares are not to be sent to a server again.
    static UploadPlan plan(
            int total,
            int happy,
            List<GridServer> ring,
            Map<GridServer, Set<Integer>> held,
            Map<GridServer, Set<Integer>> refused) {
        return new UploadPlanner(total, happy, ring, held, refused).plan();
    }

    private UploadPlan plan() {
        Matching<GridServer> there = Matching.of(readOnlyFirst(), held);
        Deque<GridServer> without = new ArrayDeque<>(ring.stream()
                .filter(server -> !there.servers().contains(server))
                .toList());
        Set<Integer> homeless = homeless();
        without.removeIf(server -> {
            Optional<Integer> share = firstTaken(server, homeless);
            share.ifPresent(number -> send(number, server, homeless));
            return share.isPresent();
        });
        for (int share : List.copyOf(homeless)) {
            leastLoaded(share).ifPresent(server -> send(share, server, homeless));
        }
        spreadCopies(there.shares(), without);
        spreadFurther();
        return new UploadPlan(sent, homeless, happiness());
    }

    /// Those that only keep what they have come first, so that others stay free for what has to be sent.
    private Collection<GridServer> readOnlyFirst() {
        var ordered = new LinkedHashSet<>(held.keySet());
        ring.forEach(ordered::remove);
        ordered.addAll(ring);
        return ordered;
    }

    /// The shares that nobody holds.
    private Set<Integer> homeless() {
        var homeless = new TreeSet<>(IntStream.range(0, total).boxed().toList());
        held.values().forEach(homeless::removeAll);
        return homeless;
    }

    private Optional<Integer> firstTaken(GridServer server, Collection<Integer> shares) {
        return shares.stream().filter(share -> takes(server, share)).findFirst();
    }

    private boolean takes(GridServer server, int share) {
        return !refused.getOrDefault(server, Set.of()).contains(share)
                && !load.getOrDefault(server, Set.of()).contains(share);
    }

    private Optional<GridServer> leastLoaded(int share) {
        return ring.stream()
                .filter(server -> takes(server, share))
                .min(Comparator.comparingInt(
                        server -> load.getOrDefault(server, Set.of()).size()));
    }

    private void send(int share, GridServer server, Set<Integer> homeless) {
        sent.computeIfAbsent(server, _ -> new TreeSet<>()).add(share);
        load.computeIfAbsent(server, _ -> new HashSet<>()).add(share);
        homeless.remove(share);
    }

    /// Sends shares that somebody holds, and that his happiness does not depend on, to servers without any.
    private void spreadCopies(Set<Integer> owned, Deque<GridServer> without) {
        var copies = new TreeSet<>(IntStream.range(0, total).boxed().toList());
        copies.removeAll(owned);
        sent.values().forEach(copies::removeAll);
        for (int missing = happy - happiness(); missing > 0 && !without.isEmpty(); ) {
            GridServer server = without.remove();
            Optional<Integer> share = firstTaken(server, copies);
            share.ifPresent(number -> send(number, server, copies));
            missing -= share.isPresent() ? 1 : 0;
        }
    }

    /// Where the file is not happy still: sends servers without any what makes one more server have a share of its
    /// own. That may be a share that somebody's happiness depended on before he was sent another.
    private void spreadFurther() {
        for (GridServer server : ring) {
            if (happiness() < happy && load.getOrDefault(server, Set.of()).isEmpty()) {
                IntStream.range(0, total)
                        .filter(share -> takes(server, share) && isHappierWith(share, server))
                        .findFirst()
                        .ifPresent(share -> send(share, server, new TreeSet<>()));
            }
        }
    }

    private boolean isHappierWith(int share, GridServer server) {
        Map<GridServer, Set<Integer>> more = new HashMap<>(load);
        more.put(server, Set.of(share));
        return Matching.of(more.keySet(), more).size() > happiness();
    }

    private int happiness() {
        return Matching.of(load.keySet(), load).size();
    }
}
