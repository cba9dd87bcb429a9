package org.truckee.client.check;

import java.util.Optional;
import org.truckee.protocol.introducer.ServerId;

/// What is done with every file that is looked after.
///
/// @param verify reads every byte, rather than believing servers that they have what they say
/// @param repair makes good what is missing
/// @param addLease renews this client's lease, or adds it
/// @param without a server that is not to be relied on: what it has does not count, and it gets nothing
public record CheckOptions(boolean verify, boolean repair, boolean addLease, Optional<ServerId> without) {
    /// Looks and does nothing.
    public static final CheckOptions LOOK = new CheckOptions(false, false, false, Optional.empty());
}
