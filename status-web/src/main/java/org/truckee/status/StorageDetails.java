package org.truckee.status;

import java.time.Instant;
import java.util.Optional;

/// A storage node.
///
/// @param isCounted whether all shares were counted once; until then there are at least so many
/// @param damagedFiles share files that cannot be understood
/// @param advisories reports of damaged shares by clients
/// @param crawled part of the crawler's present round that is done, 0 to 1
/// @param crawledAt end of its last whole round
/// @param expiry what becomes of shares whose leases ended, in a sentence
public record StorageDetails(
        String id,
        String shortId,
        Optional<String> address,
        String filesystem,
        long shares,
        long shareBytes,
        boolean isCounted,
        long availableBytes,
        long damagedFiles,
        long advisories,
        double crawled,
        Optional<Instant> crawledAt,
        long expiredShares,
        String expiry)
        implements Status.Details {}
