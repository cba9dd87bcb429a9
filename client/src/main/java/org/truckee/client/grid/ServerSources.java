package org.truckee.client.grid;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.AnnouncementCache;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.introducer.StaticServers;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.StorageUsage;

/// Where a client learns of storage servers: from `introducers`, by the client's own names for them; from what was
/// written down by hand; and from what runs in its own process. Those that are `forgotten` are not shown.
public record ServerSources(
        Map<String, Source> introducers, List<Announcement> byHand, List<InProcess> inProcess, Forgotten forgotten) {
    public ServerSources {
        introducers = Map.copyOf(introducers);
        byHand = List.copyOf(byHand);
        inProcess = List.copyOf(inProcess);
    }

    /// An introducer, and where what it told last is kept.
    public record Source(Furl furl, AnnouncementCache cache) {}

    /// A storage server of this process, which is called without a socket, and how much it keeps.
    public record InProcess(Announcement announcement, StorageServer storage, Supplier<StorageUsage> usage) {}

    /// What a node's directory names, and the servers of this process.
    public static ServerSources of(NodeDirectory directory, List<InProcess> inProcess) throws IOException {
        Map<String, Source> introducers = new LinkedHashMap<>();
        Introducers.of(directory)
                .forEach(
                        (name, furl) -> introducers.put(name, new Source(furl, AnnouncementCache.of(directory, name))));
        return new ServerSources(introducers, StaticServers.of(directory), inProcess, Forgotten.of(directory));
    }
}
