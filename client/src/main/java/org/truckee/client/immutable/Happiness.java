package org.truckee.client.immutable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Servers of happiness: how many servers can each be given a share of their own from those they hold. It is the size
/// of a maximum matching between servers and shares, found by augmenting paths.
public final class Happiness {
    private Happiness() {}

    /// `holders`: who holds, or will hold, each share.
    public static <S> int of(Map<Integer, Set<S>> holders) {
        var given = new HashMap<S, Integer>();
        int matched = 0;
        for (int share : holders.keySet()) {
            if (match(share, holders, given, new HashSet<>())) {
                matched++;
            }
        }
        return matched;
    }

    /// Gives `share` to one of its holders, moving shares given before to others where that helps.
    private static <S> boolean match(int share, Map<Integer, Set<S>> holders, Map<S, Integer> given, Set<S> tried) {
        for (S server : holders.getOrDefault(share, Set.of())) {
            if (tried.add(server)) {
                Integer before = given.get(server);
                if (before == null || match(before, holders, given, tried)) {
                    given.put(server, share);
                    return true;
                }
            }
        }
        return false;
    }
}
