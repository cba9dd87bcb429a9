package org.truckee.sftp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Something that is to be done with staged files.
///
/// @param ids of files; all that were refused or are incomplete, if there are none
public record StagedTask(Verb verb, List<String> ids) implements GatewayTask {
    static final String KEY = "staged";
    private static final String IDS = "ids";

    /// What is to be done.
    public enum Verb {
        /// Tell them all.
        LIST,
        /// Store them now, if the grid takes them.
        RETRY,
        /// Remove them for good.
        DISCARD
    }

    public StagedTask {
        ids = List.copyOf(ids);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put(KEY, verb.name());
        ArrayNode array = json.putArray(IDS);
        ids.forEach(array::add);
        return json;
    }

    static StagedTask of(JsonNode json) {
        List<String> ids = new ArrayList<>();
        json.path(IDS).forEach(id -> ids.add(id.asText()));
        return new StagedTask(Verb.valueOf(json.path(KEY).asText().toUpperCase(Locale.ROOT)), ids);
    }

    @Override
    public boolean needsServers() {
        return verb == Verb.RETRY;
    }

    @Override
    public void run(Workplace at, Listener listener) throws IOException {
        at.unstored().recover();
        for (Unstored.Entry entry : chosen(at.unstored())) {
            ObjectNode said = describe(entry);
            try {
                switch (verb) {
                    case LIST -> {}
                    case RETRY -> at.unstored().retry(entry);
                    case DISCARD -> at.unstored().discard(entry);
                }
            } catch (IOException e) {
                said.put("failed", SftpStatus.of(e).message());
            }
            listener.said(said);
        }
    }

    private List<Unstored.Entry> chosen(Unstored unstored) throws IOException {
        List<Unstored.Entry> all = unstored.list();
        for (String id : ids) {
            if (all.stream().noneMatch(entry -> entry.id().equals(id))) {
                throw new IOException("no staged file has the id " + id);
            }
        }
        return all.stream()
                .filter(entry -> ids.isEmpty() ? verb == Verb.LIST || isLeft(entry) : ids.contains(entry.id()))
                .toList();
    }

    /// Whether nobody is at work on it.
    private static boolean isLeft(Unstored.Entry entry) {
        return switch (entry.state()) {
            case REFUSED, INCOMPLETE -> true;
            case WRITING, CLOSING -> false;
        };
    }

    private static ObjectNode describe(Unstored.Entry entry) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", entry.id())
                .put("state", entry.state().toString())
                .put("bytes", entry.record().size())
                .put("since", entry.record().note().since().toString());
        ArrayNode paths = json.putArray("paths");
        entry.paths().forEach(paths::add);
        entry.why().ifPresent(refusal -> json.put("reason", refusal.why()));
        return json;
    }
}
