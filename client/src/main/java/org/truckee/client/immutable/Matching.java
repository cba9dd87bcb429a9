package org.truckee.client.immutable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A maximum matching between servers and the shares they hold: as many servers as possible are each given a share of
/// their own. Its size is Tahoe-LAFS's "servers of happiness". It is found by augmenting paths, so of servers that
/// could stand in for each other those are matched that come first.
///
/// @param <S> a server
public final class Matching<S> {
    private final Map<S, Set<Integer>> held;
    private final Map<Integer, S> owners = new HashMap<>();

    private Matching(Map<S, Set<Integer>> held) {
        this.held = held;
    }

    /// `held`: what each server holds; servers are matched in the order of `first`, if they hold anything.
    static <S> Matching<S> of(Collection<S> first, Map<S, Set<Integer>> held) {
        var matching = new Matching<>(held);
        for (S server : first) {
            matching.match(server, new HashSet<>());
        }
        return matching;
    }

    /// The same for the holders of each share.
    public static <S> int happiness(Map<Integer, Set<S>> holders) {
        Map<S, Set<Integer>> held = new HashMap<>();
        holders.forEach((share, all) -> all.forEach(
                server -> held.computeIfAbsent(server, _ -> new HashSet<>()).add(share)));
        return of(held.keySet(), held).size();
    }

    /// Gives `server` one of its shares, moving servers matched before to others where that helps.
    private boolean match(S server, Set<Integer> tried) {
        for (int share : held.getOrDefault(server, Set.of())) {
            if (tried.add(share)) {
                S before = owners.get(share);
                if (before == null || match(before, tried)) {
                    owners.put(share, server);
                    return true;
                }
            }
        }
        return false;
    }

    int size() {
        return owners.size();
    }

    /// The shares that somebody owns.
    Set<Integer> shares() {
        return Set.copyOf(owners.keySet());
    }

    /// The servers that own a share.
    Set<S> servers() {
        return Set.copyOf(owners.values());
    }
}
