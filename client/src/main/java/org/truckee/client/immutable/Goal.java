package org.truckee.client.immutable;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.health.DamagedShare;

/// What sending the shares of a file is to reach: `happy` servers with a share of their own, or it fails, and rather
/// `wanted`.
///
/// @param useless shares that are no good where they are; nobody can replace them there
/// @param repaired the capability of a file that is there already: its shares must turn out to be the same
/// @param approval without which no share is completed
record Goal(
        int happy,
        int wanted,
        Map<GridServer, Set<Integer>> useless,
        Optional<ChkVerifyCap> repaired,
        Approval approval) {
    static Goal upload(int happy) {
        return approved(happy, _ -> {});
    }

    static Goal approved(int happy, Approval approval) {
        return new Goal(happy, happy, Map.of(), Optional.empty(), approval);
    }

    /// Whatever it comes to is better than nothing.
    static Goal repair(ChkVerifyCap cap, Collection<DamagedShare> damaged) {
        Map<GridServer, Set<Integer>> useless = new HashMap<>();
        damaged.forEach(bad ->
                useless.computeIfAbsent(bad.server(), _ -> new HashSet<>()).add(bad.share()));
        return new Goal(0, cap.encoding().total(), useless, Optional.of(cap), encoded -> checkRepaired(cap, encoded));
    }

    /// A repair must not complete a share of anything else.
    private static void checkRepaired(ChkVerifyCap cap, ChkVerifyCap encoded) throws IOException {
        if (!cap.equals(encoded)) {
            throw new IOException("the file " + encoded.storageIndex()
                    + " cannot be repaired: coded again it has another hash than its capability says");
        }
    }

    boolean isUseless(GridServer server, int share) {
        return useless.getOrDefault(server, Set.of()).contains(share);
    }
}
