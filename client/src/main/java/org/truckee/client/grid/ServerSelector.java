package org.truckee.client.grid;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.truckee.crypto.StorageIndex;

/// The permuted ring: every file has an order of servers of its own, the same for all clients, so that shares are
/// spread evenly and found without a catalogue.
public final class ServerSelector {
    private ServerSelector() {}

    /// `servers` in the order in which they are asked about `storageIndex`.
    public static List<GridServer> inOrder(Collection<GridServer> servers, StorageIndex storageIndex) {
        return servers.stream()
                .sorted(Comparator.comparing(server -> server.placeFor(storageIndex), Arrays::compareUnsigned))
                .toList();
    }
}
