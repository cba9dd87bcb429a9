package org.truckee.client.check;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a caretaker is doing and has found.
///
/// @param walking when the walk under way began
/// @param soFar what that has found
/// @param walkedAt when the last whole walk ended
/// @param found what that found
/// @param serversThen ids of those that were connected when that began
/// @param unlinkedBytes on servers, of shares that it did not meet: nobody who shares this tree renews them
/// @param repairing whether something is being repaired now
/// @param unfinished files that wait for servers to take more of their shares
/// @param renewedAt when the oldest lease of anything linked was renewed, at the latest
/// @param firstExpiry when the first lease of anything linked ends, at the earliest
public record CareReport(
        Repairing mode,
        Optional<Instant> walking,
        WalkCounts soFar,
        Optional<Instant> walkedAt,
        WalkCounts found,
        Set<String> serversThen,
        OptionalLong unlinkedBytes,
        boolean repairing,
        int unfinished,
        Optional<Instant> renewedAt,
        Optional<Instant> firstExpiry) {}
