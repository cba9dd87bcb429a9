package org.truckee.protocol.introducer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.truckee.crypto.Furl;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;

/// The introducers that a node uses, by the names it has for them: those of `private/introducers.yaml`, and
/// `default`, which is `[client] introducer.furl`.
///
/// ```
/// introducers:
///   PETNAME:
///     furl: pb://TUBID@tcp:HOST:PORT/SWISSNUM
/// ```
public final class Introducers {
    /// In `private/`.
    public static final String FILE = "introducers.yaml";
    /// The name of the one in `tahoe.cfg`.
    public static final String DEFAULT = "default";

    private Introducers() {}

    public static Map<String, Furl> of(NodeDirectory directory) throws IOException {
        Path file = directory.secretFile(FILE);
        Map<String, Furl> introducers = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry :
                YamlFile.read(file).path("introducers").properties()) {
            String where = file + " introducers " + entry.getKey();
            introducers.put(
                    entry.getKey(), address(where, entry.getValue().path("furl").asText("")));
        }
        Optional<String> usual = directory.configuration().get("client", "introducer.furl");
        if (usual.isPresent()) {
            introducers.put(
                    DEFAULT, address(directory.path().resolve("tahoe.cfg") + " [client] introducer.furl", usual.get()));
        }
        return introducers;
    }

    /// What such a file says.
    public static String text(Map<String, Furl> introducers) {
        var tree = JsonNodeFactory.instance.objectNode();
        var names = tree.putObject("introducers");
        introducers.forEach((name, furl) -> names.putObject(name).put("furl", furl.uri()));
        return YamlFile.write(tree);
    }

    /// The address that stands `where` says, with a host and a port; the text is a secret, so it is never shown.
    public static Furl address(String where, String text) throws BadConfigurationException {
        try {
            Furl furl = Furl.parse(text);
            if (furl.locations().isEmpty()) {
                throw new BadConfigurationException(where + " names no host and port");
            }
            return furl;
        } catch (MalformedAddressException e) {
            throw new BadConfigurationException(where + " is " + e.getMessage());
        }
    }
}
