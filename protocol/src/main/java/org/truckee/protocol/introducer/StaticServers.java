package org.truckee.protocol.introducer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;

/// The storage servers that somebody wrote down by hand, in `private/servers.yaml`. They need no introducer, and what
/// is announced under the same id does not count.
///
/// ```
/// storage:
///   v0-...:                                # any text that names the server
///     ann:
///       nickname: ...
///       anonymous-storage-FURL: pb://...   # needed: secrets that servers ask for depend on its TubID
///       anonymous-storage-NURLs: [pb://...]
/// ```
public final class StaticServers {
    private static final String FILE = "servers.yaml";

    private StaticServers() {}

    /// None, where the file is not there.
    public static List<Announcement> of(NodeDirectory directory) throws IOException {
        Path file = directory.secretFile(FILE);
        List<Announcement> servers = new ArrayList<>();
        for (var entry : YamlFile.read(file).path("storage").properties()) {
            servers.add(announcement(file, entry.getKey(), entry.getValue()));
        }
        return servers;
    }

    private static Announcement announcement(Path file, String id, JsonNode entry) throws IOException {
        if (id.isEmpty() || !(entry.path("ann") instanceof ObjectNode json)) {
            throw new BadConfigurationException(file + " storage " + id + " has no ann, what the server announces");
        }
        var announcement = Announcement.ofStorage(new ServerId(id), json);
        if (announcement.storageFurl().isEmpty()) {
            throw new BadConfigurationException(file + " storage " + id
                    + " has no anonymous-storage-FURL of the form pb://TUBID@tcp:HOST:PORT/SWISSNUM");
        }
        return announcement;
    }
}
