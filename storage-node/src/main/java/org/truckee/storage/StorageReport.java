package org.truckee.storage;

import java.time.Instant;
import java.util.Optional;

/// What an operator wants to know of a storage folder.
///
/// @param counted whether all shares have been counted once; before, `shares` and `shareBytes` are only what came
/// since the start
/// @param failure why nothing is written any more, in one sentence
/// @param refusal why no new immutable share is taken, though the disk works, in one sentence
public record StorageReport(
        long shares,
        long shareBytes,
        boolean counted,
        long damagedFiles,
        long availableBytes,
        long advisories,
        Optional<String> failure,
        Optional<String> refusal,
        Optional<String> foreign,
        Crawl crawl) {
    /// How far the crawler is.
    ///
    /// @param partDone of the present round, 0 to 1
    /// @param completedAt end of the last whole round
    /// @param expiry what becomes of shares whose leases ended, in one sentence
    public record Crawl(double partDone, Optional<Instant> completedAt, long expiredShares, String expiry) {}
}
