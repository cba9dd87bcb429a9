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
import java.util.Optional;
import java.util.OptionalLong;

/// What a directory says of a child beside its capabilities: a JSON object, of which keys that we do not know are
/// kept.
///
/// ```
/// {"tahoe": {"linkcrtime": SECONDS, "linkmotime": SECONDS}, "no-write": BOOLEAN, ...}
/// ```
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
        BigDecimal seconds = BigDecimal.valueOf(now.toEpochMilli(), 3).stripTrailingZeros();
        if (!tahoe.has(LINK_CREATED)) {
            JsonNode created = copy.path(OLD_CREATED);
            tahoe.set(
                    LINK_CREATED,
                    created.isNumber() ? created : JSON.getNodeFactory().numberNode(seconds));
        }
        tahoe.put(LINK_MODIFIED, seconds);
        return new Metadata(copy);
    }

    /// This without the link times of another place, linked now.
    public Metadata movedAt(Instant now) {
        ObjectNode copy = json.deepCopy();
        if (copy.get(TAHOE) instanceof ObjectNode tahoe) {
            tahoe.remove(LINK_CREATED);
        }
        return new Metadata(copy).linkedAt(now);
    }

    /// When the name was last linked, in milliseconds since 1970.
    public OptionalLong linkModifiedMillis() {
        JsonNode seconds = json.path(TAHOE).path(LINK_MODIFIED);
        double millis = seconds.isNumber() ? seconds.doubleValue() * 1000 : Double.NaN;
        return Math.abs(millis) < MAX_MILLIS ? OptionalLong.of(Math.round(millis)) : OptionalLong.empty();
    }

    /// Whether the child is to be shown as read-only.
    public boolean noWrite() {
        return json.path(NO_WRITE).asBoolean(false);
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(json.get(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    public OptionalLong number(String key) {
        JsonNode value = json.path(key);
        return value.isIntegralNumber() && value.canConvertToLong()
                ? OptionalLong.of(value.longValue())
                : OptionalLong.empty();
    }

    public Metadata with(String key, long value) {
        ObjectNode copy = json.deepCopy();
        copy.put(key, value);
        return new Metadata(copy);
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
