package org.truckee.protocol.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.WholeFile;

/// What an introducer told last, on disk, so that a client starts without it: `private/introducer_NAME_cache.yaml`.
/// It holds what was signed, and means nothing until it is verified again.
///
/// ```
/// - ann: {...}         # as Tahoe-LAFS reads it
///   key_s: v0-...
///   message: ...       # base64 of the signed bytes
///   signature: v0-...
///   heard: ...         # seconds since 1970
/// ```
public final class AnnouncementCache {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementCache.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    private AnnouncementCache(Path file) {
        this.file = file;
    }

    /// For the introducer that the node calls `name`.
    public static AnnouncementCache of(NodeDirectory directory, String name) {
        return new AnnouncementCache(
                directory.secretFile("introducer_" + name.replaceAll("[^A-Za-z0-9._-]", "_") + "_cache.yaml"));
    }

    /// An announcement, and when it was new.
    public record Heard(SignedAnnouncement signed, Instant at) {}

    /// Nothing, if there is no file; a file that is no cache is a loss, but no reason not to start.
    public List<Heard> read() throws IOException {
        List<Heard> all = new ArrayList<>();
        try {
            for (JsonNode entry : YamlFile.read(file)) {
                all.add(heard(entry));
            }
        } catch (BadConfigurationException | IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("file", file).log("the cache of announcements cannot be read; it is made anew");
        }
        return all;
    }

    private static Heard heard(JsonNode entry) {
        var signed = new SignedAnnouncement(
                Base64.getDecoder().decode(entry.path("message").asText("")),
                entry.path("signature").asText("").getBytes(UTF_8),
                entry.path("key_s").asText("").getBytes(UTF_8));
        return new Heard(signed, Instant.ofEpochSecond(entry.path("heard").asLong(0)));
    }

    public void write(Collection<Heard> all) throws IOException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Heard heard : all) {
            list.addObject()
                    .put("key_s", new String(heard.signed().key(), UTF_8))
                    .put("signature", new String(heard.signed().signature(), UTF_8))
                    .put(
                            "message",
                            Base64.getEncoder().encodeToString(heard.signed().message()))
                    .put("heard", heard.at().getEpochSecond())
                    .set("ann", JSON.readTree(heard.signed().message()));
        }
        WholeFile.writeSecret(file, YamlFile.write(list));
    }
}
