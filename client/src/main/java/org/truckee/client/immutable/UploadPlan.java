package org.truckee.client.immutable;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.truckee.client.grid.GridServer;

/// Which share is sent where: `sent` are the shares that each server is to get, `homeless` those that nobody holds or
/// is to get, `happiness` is how many servers then have a share of their own, together with the shares that are there
/// already.
record UploadPlan(Map<GridServer, Set<Integer>> sent, Set<Integer> homeless, int happiness) {
    UploadPlan {
        sent = Map.copyOf(sent);
        homeless = Set.copyOf(homeless);
    }

    /// The shares that a server is to get.
    Set<Integer> of(GridServer server) {
        return sent.getOrDefault(server, Set.of());
    }

    /// `share 0 to one (abcde), share 1 to two (fghij)`.
    @Override
    public String toString() {
        var byShare = new TreeMap<Integer, GridServer>();
        sent.forEach((server, shares) -> shares.forEach(share -> byShare.put(share, server)));
        return byShare.entrySet().stream()
                .map(share -> "share " + share.getKey() + " to " + share.getValue())
                .collect(Collectors.joining(", "));
    }
}
