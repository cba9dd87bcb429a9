package org.truckee.client.grid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.introducer.StaticServers;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.storage.StorageServer;

/// Where a client learns of storage servers: from `introducers`, by the client's own names for them, of whose news a
/// copy is kept in `caches`; from what was written down by hand; and from what runs in its own process.
public record ServerSources(
        Map<String, Furl> introducers, List<Announcement> byHand, List<InProcess> inProcess, Path caches) {
    public ServerSources {
        introducers = Map.copyOf(introducers);
        byHand = List.copyOf(byHand);
        inProcess = List.copyOf(inProcess);
    }

    /// A storage server of this process, which is called without a socket.
    public record InProcess(Announcement announcement, StorageServer storage) {}

    /// What a node's directory names, and the servers of this process.
    public static ServerSources of(NodeDirectory directory, List<InProcess> inProcess) throws IOException {
        return new ServerSources(
                Introducers.of(directory),
                StaticServers.of(directory),
                inProcess,
                directory.path().resolve("private"));
    }
}
