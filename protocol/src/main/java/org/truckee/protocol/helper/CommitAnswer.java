package org.truckee.protocol.helper;

import java.util.Map;
import java.util.Set;
import org.truckee.protocol.introducer.ServerId;

/// What a helper says to a commit.
public sealed interface CommitAnswer {
    /// Where it says that the shares are; nobody has to believe it.
    record Placed(Map<ServerId, Set<Integer>> shares) implements CommitAnswer {
        public Placed {
            shares = Map.copyOf(shares);
        }
    }

    /// It is still at it, and has sent servers so many bytes of shares; the commit is to be sent again.
    record Placing(long bytes) implements CommitAnswer {}
}
