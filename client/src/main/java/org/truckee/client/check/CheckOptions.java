package org.truckee.client.check;

import java.util.Optional;
import java.util.function.Predicate;
import org.truckee.client.health.FileHealth;
import org.truckee.protocol.introducer.ServerId;

/// What is done with every file that is looked after.
///
/// @param verify reads every byte, rather than believing servers that they have what they say
/// @param repair which of those that lack something are made good
/// @param addLease renews this client's lease, or adds it
/// @param without a server that is not to be relied on: what it has does not count, and it gets nothing
public record CheckOptions(boolean verify, Predicate<FileHealth> repair, boolean addLease, Optional<ServerId> without) {
    /// Repairs nothing.
    public static final Predicate<FileHealth> NONE = _ -> false;

    /// Repairs all that it can.
    public static final Predicate<FileHealth> ALL = _ -> true;

    /// Looks and does nothing.
    public static final CheckOptions LOOK = new CheckOptions(false, NONE, false, Optional.empty());
}
