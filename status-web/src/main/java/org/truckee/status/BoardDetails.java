package org.truckee.status;

import java.time.Instant;
import java.util.List;

/// An introducer's board. `subscribers` wait for news now; `accepted` and `refused` announcements came since the
/// start, `refused` of them forged, replayed, too long or not to be understood.
public record BoardDetails(List<Posting> postings, int subscribers, long accepted, long refused)
        implements Status.Details {
    public BoardDetails {
        postings = List.copyOf(postings);
    }

    /// What a node announced; `heardAt` is when it did so last, `isGone` whether that is so long ago that nobody
    /// waits for it.
    public record Posting(
            String id,
            String shortId,
            String nickname,
            String service,
            String addresses,
            String version,
            long seqnum,
            Instant heardAt,
            boolean isGone) {}
}
