package org.truckee.client.directory;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.client.mutable.Checkstring;

/// One try to publish a version.
///
/// @param writes where it goes at once, and which version must be there still; empty for none
/// @param counting the numbers whose acceptance counts
/// @param fills homes that were seen empty, or with something that is no copy (how that begins): they take the
/// version once it is committed, if they are still as they were seen
record Round(
        long sequenceNumber,
        DirectorySet set,
        Map<Place, Optional<Checkstring>> writes,
        Set<Integer> counting,
        Map<Place, Optional<Checkstring>> fills) {
    Round {
        writes = Map.copyOf(writes);
        counting = Set.copyOf(counting);
        fills = Map.copyOf(fills);
    }
}
