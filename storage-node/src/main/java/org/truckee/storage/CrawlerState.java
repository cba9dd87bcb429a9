package org.truckee.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.node.WholeFile;

/// What a crawler remembers from one process to the next; all of it can be found again by another round. Times are
/// seconds since 1970, 0 where there was none.
///
/// @param pausedUntil no lease ends before
/// @param latestRenewal of all leases that were seen
/// @param seenAt when the node last ran
/// @param counts by prefix of the storage index
record CrawlerState(
        Progress progress, long pausedUntil, long latestRenewal, long seenAt, Map<String, ShareCounts.Count> counts) {
    private static final Logger LOG = LoggerFactory.getLogger(CrawlerState.class);
    private static final ObjectMapper JSON = new JsonMapper();

    CrawlerState {
        counts = Map.copyOf(counts);
    }

    /// How far it is.
    ///
    /// @param startedAt begin of the present round, or of the last one
    /// @param next number of the prefix that comes next; 0 between two rounds
    /// @param completedAt end of the last whole round
    /// @param expiredShares let go so far
    /// @param foreignNode TubID that most mutable shares of other nodes record, or empty
    record Progress(long startedAt, int next, long completedAt, long expiredShares, String foreignNode) {
        static final Progress NONE = new Progress(0, 0, 0, 0, "");

        Progress begun(long now) {
            return new Progress(now, 0, completedAt, expiredShares, foreignNode);
        }

        Progress advanced(long moreExpired) {
            return new Progress(startedAt, next + 1, completedAt, expiredShares + moreExpired, foreignNode);
        }

        Progress completed(long now, String foreign) {
            return new Progress(startedAt, 0, now, expiredShares, foreign);
        }

        /// Whether every share has been looked at once.
        boolean hasCompleted() {
            return completedAt > 0;
        }
    }

    /// Of a node that has never crawled.
    static CrawlerState first(long now) {
        return new CrawlerState(Progress.NONE, 0, 0, now, Map.of());
    }

    /// What stands in `file`; a file that is not there or cannot be understood is a first start.
    static CrawlerState load(Path file, long now) throws IOException {
        if (!Files.exists(file)) {
            return first(now);
        }
        try {
            @Nullable CrawlerState state = JSON.readValue(Files.readAllBytes(file), CrawlerState.class);
            return state == null ? first(now) : state;
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.atWarn().addKeyValue("file", file).log("the crawler's notes cannot be read; it begins anew");
            return first(now);
        }
    }

    void save(Path file) throws IOException {
        WholeFile.write(file, JSON.writeValueAsString(this) + "\n");
    }

    /// The same for a folder that another node kept: everything has to be looked at.
    CrawlerState anew() {
        return new CrawlerState(Progress.NONE, pausedUntil, latestRenewal, seenAt, Map.of());
    }
}
