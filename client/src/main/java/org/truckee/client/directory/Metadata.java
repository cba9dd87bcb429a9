package org.truckee.client.directory;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.NopIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// What a directory says of a child beside its capabilities: a JSON object, of which keys that we do not know are
/// kept.
///
/// ```
/// {"tahoe": {"linkcrtime": SECONDS, "linkmotime": SECONDS}, "no-write": BOOLEAN, ...,
///  "truckee": {"mode": BITS, "of": IDENTITY, "mtime": SECONDS, "atime": SECONDS, "checksums": {ALGORITHM: HEX}}}
/// ```
///
/// beside what a replicated directory notes of the entry ([Mark]): `"dot": [WRITER, COUNTER], "tag": TAG,
/// "name": GIVEN_NAME, "settled": true`, the last two where they are needed.
///
/// `of` is the identity of the child that times and checksums were said of: other clients keep them when they put
/// another file under the name.
public final class Metadata {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /// As Python's json module writes: `, ` and `: ` between things.
    private static final ObjectWriter WRITER = JSON.writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEntrySpacing(Separators.Spacing.AFTER)
                    .withArrayValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new NopIndenter())
            .withArrayIndenter(new NopIndenter()));

    private static final double MAX_MILLIS = 1e15;

    private static final String TAHOE = "tahoe";
    private static final String LINK_CREATED = "linkcrtime";
    private static final String LINK_MODIFIED = "linkmotime";
    private static final String OLD_CREATED = "ctime";
    private static final String NO_WRITE = "no-write";
    private static final String OURS = "truckee";
    private static final String MODE = "mode";
    private static final String OF = "of";
    private static final String MODIFIED = "mtime";
    private static final String ACCESSED = "atime";
    private static final String CHECKSUMS = "checksums";
    private static final String DOT = "dot";
    private static final String TAG = "tag";
    private static final String NAME = "name";
    private static final String SETTLED = "settled";

    private final ObjectNode json;

    private Metadata(ObjectNode json) {
        this.json = json;
    }

    public static Metadata empty() {
        return new Metadata(JSON.createObjectNode());
    }

    /// Empty if the bytes are not a JSON object.
    static Optional<Metadata> parse(byte[] bytes) {
        try {
            return JSON.readTree(bytes) instanceof ObjectNode json ? Optional.of(new Metadata(json)) : Optional.empty();
        } catch (IOException | NumberFormatException notJson) {
            return Optional.empty();
        }
    }

    /// From what was changed here: equal to what is read from its bytes, where numbers are kept in other forms.
    private static Metadata rebuilt(ObjectNode changed) {
        return parse(new Metadata(changed).toBytes()).orElseThrow();
    }

    byte[] toBytes() {
        try {
            return WRITER.writeValueAsBytes(json);
        } catch (JacksonException e) {
            throw new AssertionError("a JSON tree is written", e);
        }
    }

    /// This, with `linkmotime` set to now; where `linkcrtime` is missing it becomes the old key `ctime`, or now.
    public Metadata linkedAt(Instant now) {
        ObjectNode copy = json.deepCopy();
        ObjectNode tahoe = copy.get(TAHOE) instanceof ObjectNode there ? there : copy.putObject(TAHOE);
        BigDecimal seconds = seconds(now);
        if (!tahoe.has(LINK_CREATED)) {
            JsonNode created = copy.path(OLD_CREATED);
            tahoe.set(
                    LINK_CREATED,
                    created.isNumber() ? created : JSON.getNodeFactory().numberNode(seconds));
        }
        tahoe.put(LINK_MODIFIED, seconds);
        return rebuilt(copy);
    }

    /// This without the link times of another place, linked now.
    public Metadata movedAt(Instant now) {
        ObjectNode copy = json.deepCopy();
        if (copy.get(TAHOE) instanceof ObjectNode tahoe) {
            tahoe.remove(LINK_CREATED);
        }
        return rebuilt(copy).linkedAt(now);
    }

    private static BigDecimal seconds(Instant time) {
        BigDecimal seconds = BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    private static Optional<Instant> time(JsonNode seconds) {
        double millis = seconds.isNumber() ? seconds.doubleValue() * 1000 : Double.NaN;
        return Math.abs(millis) < MAX_MILLIS ? Optional.of(Instant.ofEpochMilli(Math.round(millis))) : Optional.empty();
    }

    /// When the name was last linked.
    public Optional<Instant> linkModified() {
        return time(json.path(TAHOE).path(LINK_MODIFIED));
    }

    /// What doors left here of `child`.
    public FileMetadata file(LinkIdentity child) {
        JsonNode ours = json.path(OURS);
        OptionalInt mode =
                ours.path(MODE).isInt() ? OptionalInt.of(ours.path(MODE).intValue()) : OptionalInt.empty();
        if (!child.text().equals(ours.path(OF).textValue())) {
            return new FileMetadata(mode, Optional.empty(), Optional.empty(), Map.of());
        }
        var checksums = new TreeMap<String, String>();
        for (var checksum : ours.path(CHECKSUMS).properties()) {
            checksums.put(checksum.getKey(), checksum.getValue().asText());
        }
        return new FileMetadata(mode, time(ours.path(MODIFIED)), time(ours.path(ACCESSED)), checksums);
    }

    /// This with what a door says of `child`; what it does not say stays as it is, unless that was of another child.
    public Metadata with(FileMetadata said, LinkIdentity child) {
        FileMetadata before = file(child);
        ObjectNode copy = json.deepCopy();
        ObjectNode ours = copy.get(OURS) instanceof ObjectNode there ? there : copy.putObject(OURS);
        ours.remove(List.of(MODIFIED, ACCESSED, CHECKSUMS));
        ours.put(OF, child.text());
        said.mode().ifPresent(mode -> ours.put(MODE, mode));
        said.modified().or(before::modified).ifPresent(time -> ours.put(MODIFIED, seconds(time)));
        said.accessed().or(before::accessed).ifPresent(time -> ours.put(ACCESSED, seconds(time)));
        var checksums = new TreeMap<>(before.checksums());
        checksums.putAll(said.checksums());
        if (!checksums.isEmpty()) {
            ObjectNode object = ours.putObject(CHECKSUMS);
            checksums.forEach(object::put);
        }
        return rebuilt(copy);
    }

    /// What a replicated directory notes of the entry; empty if there is nothing that makes sense.
    Optional<Mark> mark() {
        JsonNode ours = json.path(OURS);
        JsonNode dot = ours.path(DOT);
        boolean sound = dot.path(0).isTextual()
                && dot.path(1).canConvertToLong()
                && dot.path(1).longValue() > 0
                && ours.path(TAG).isTextual();
        if (!sound) {
            return Optional.empty();
        }
        var writer = new WriterId(dot.path(0).textValue());
        return Optional.of(new Mark(
                new Dot(writer, dot.path(1).longValue()),
                ours.path(TAG).textValue(),
                Optional.ofNullable(ours.path(NAME).textValue()),
                ours.path(SETTLED).asBoolean(false)));
    }

    Metadata marked(Mark mark) {
        ObjectNode copy = unmarked().json.deepCopy();
        ObjectNode ours = copy.get(OURS) instanceof ObjectNode there ? there : copy.putObject(OURS);
        ours.putArray(DOT).add(mark.dot().writer().text()).add(mark.dot().counter());
        ours.put(TAG, mark.tag());
        mark.name().ifPresent(name -> ours.put(NAME, name));
        if (mark.settled()) {
            ours.put(SETTLED, true);
        }
        return rebuilt(copy);
    }

    /// This without the mark of a replicated directory.
    Metadata unmarked() {
        if (!json.path(OURS).isObject()) {
            return this;
        }
        ObjectNode copy = json.deepCopy();
        if (copy.get(OURS) instanceof ObjectNode ours) {
            ours.remove(List.of(DOT, TAG, NAME, SETTLED));
            if (ours.isEmpty()) {
                copy.remove(OURS);
            }
        }
        return rebuilt(copy);
    }

    /// When the name was last linked, letter for letter.
    String linkModifiedText() {
        return json.path(TAHOE).path(LINK_MODIFIED).asText("");
    }

    /// This with the child shown as read-only, or not.
    public Metadata withNoWrite(boolean noWrite) {
        ObjectNode copy = json.deepCopy();
        if (noWrite) {
            copy.put(NO_WRITE, true);
        } else {
            copy.remove(NO_WRITE);
        }
        return rebuilt(copy);
    }

    /// Whether the child is to be shown as read-only.
    public boolean noWrite() {
        return json.path(NO_WRITE).asBoolean(false);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Metadata that && that.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
