package org.truckee.protocol.cbor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads a CBOR message value by value, each of the kind that the caller expects there.
/// Everything that is not as expected is a [MalformedCborException].
public final class CborReader implements AutoCloseable {
    private static final CBORFactory FACTORY = new CBORFactory();
    private static final int TAG_SET = 258;
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final CBORParser parser;
    private @Nullable JsonToken peeked;

    public CborReader(InputStream in) throws IOException {
        this.parser = FACTORY.createParser(in);
    }

    public CborReader(byte[] message) throws IOException {
        this.parser = FACTORY.createParser(message);
    }

    /// A map that holds each of `fields` once, in any order, and nothing else.
    public Fields fields(Field<?>... fields) throws IOException {
        Map<String, Object> values = new HashMap<>();
        expect(JsonToken.START_OBJECT, "a map");
        while (nextKey()) {
            String key = parser.currentName();
            Field<?> field = Arrays.stream(fields)
                    .filter(f -> f.name().equals(key))
                    .findFirst()
                    .orElseThrow(() -> new MalformedCborException("unexpected key"));
            if (values.put(key, field.reader().read(this)) != null) {
                throw new MalformedCborException("key " + key + " stands there twice");
            }
        }
        for (Field<?> field : fields) {
            if (!values.containsKey(field.name())) {
                throw new MalformedCborException("key " + field.name() + " is missing");
            }
        }
        return new Fields(values);
    }

    /// A map with text or byte-string keys in which `value` is called for each, to read or [#skip] its value.
    public void openMap(OpenMapReader value) throws IOException {
        expect(JsonToken.START_OBJECT, "a map");
        while (nextKey()) {
            value.read(parser.currentName());
        }
    }

    /// Reads the value of one key.
    @FunctionalInterface
    public interface OpenMapReader {
        void read(String key) throws IOException;
    }

    /// A map whose keys are numbers in `[0, limit)`.
    public <T> Map<Integer, T> numbered(int limit, Field.Reader<T> value) throws IOException {
        Map<Integer, T> values = new TreeMap<>();
        expect(JsonToken.START_OBJECT, "a map");
        while (nextKey()) {
            String key = parser.currentName();
            if (!key.matches("[0-9]{1,9}") || Integer.parseInt(key) >= limit) {
                throw new MalformedCborException("expected a key below " + limit);
            }
            values.put(Integer.parseInt(key), value.read(this));
        }
        return values;
    }

    private boolean nextKey() throws IOException {
        return switch (next()) {
            case FIELD_NAME -> true;
            case END_OBJECT -> false;
            default -> throw new MalformedCborException("expected a key");
        };
    }

    /// An array of at most `count` values.
    public <T> List<T> list(int count, Field.Reader<T> value) throws IOException {
        List<T> values = new ArrayList<>();
        expect(JsonToken.START_ARRAY, "an array");
        while (peek() != JsonToken.END_ARRAY) {
            if (values.size() == count) {
                throw new MalformedCborException("expected at most " + count + " values in an array");
            }
            values.add(value.read(this));
        }
        next();
        return values;
    }

    /// A number from 0 to 2^63-1; a larger one, which some servers answer for "unknown", counts as 2^63-1.
    public long unsigned() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "a number");
        return unsignedValue();
    }

    /// A number as [#unsigned], or null.
    public OptionalLong unsignedOrNull() throws IOException {
        return switch (next()) {
            case VALUE_NULL -> OptionalLong.empty();
            case VALUE_NUMBER_INT -> OptionalLong.of(unsignedValue());
            default -> throw new MalformedCborException("expected a number or null");
        };
    }

    private long unsignedValue() throws IOException {
        BigInteger value = parser.getBigIntegerValue();
        if (value.signum() < 0) {
            throw new MalformedCborException("expected a number that is not negative");
        }
        return value.min(MAX_LONG).longValueExact();
    }

    public byte[] bytes() throws IOException {
        expect(JsonToken.VALUE_EMBEDDED_OBJECT, "a byte string");
        return decoded(parser::getBinaryValue);
    }

    /// Writes a byte string of up to 2^31 - 1 bytes to `sink` while it is read.
    public void bytes(OutputStream sink) throws IOException {
        expect(JsonToken.VALUE_EMBEDDED_OBJECT, "a byte string");
        decoded(() -> parser.readBinaryValue(sink));
    }

    public String text() throws IOException {
        expect(JsonToken.VALUE_STRING, "a text");
        return decoded(parser::getText);
    }

    private interface Decoding<T extends @Nullable Object> {
        T get() throws IOException;
    }

    /// The parser decodes a value only when it is asked for it.
    private static <T extends @Nullable Object> T decoded(Decoding<T> value) throws IOException {
        try {
            return value.get();
        } catch (JacksonException e) {
            throw new MalformedCborException("not CBOR: " + e.getOriginalMessage());
        }
    }

    public boolean bool() throws IOException {
        return switch (next()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new MalformedCborException("expected true or false");
        };
    }

    /// A tagged set of at most `count` numbers in `[0, limit)`.
    public Set<Integer> set(int count, int limit) throws IOException {
        expect(JsonToken.START_ARRAY, "a set");
        if (parser.getCurrentTag() != TAG_SET) {
            throw new MalformedCborException("expected a set, got an array without tag " + TAG_SET);
        }
        Set<Integer> numbers = new TreeSet<>();
        while (next() != JsonToken.END_ARRAY) {
            long number = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? unsignedValue() : limit;
            if (number >= limit || numbers.size() == count) {
                throw new MalformedCborException("expected at most " + count + " numbers below " + limit + " in a set");
            }
            numbers.add((int) number);
        }
        return numbers;
    }

    /// Checks that nothing follows.
    public void end() throws IOException {
        if (advance() != null) {
            throw new MalformedCborException("bytes follow the message");
        }
    }

    /// Passes over one value of any kind.
    public void skip() throws IOException {
        next();
        decoded(parser::skipChildren);
    }

    private void expect(JsonToken expected, String what) throws IOException {
        if (next() != expected) {
            throw new MalformedCborException("expected " + what);
        }
    }

    /// The token that [#next] will give.
    private JsonToken peek() throws IOException {
        JsonToken token = next();
        peeked = token;
        return token;
    }

    private JsonToken next() throws IOException {
        JsonToken token = advance();
        if (token == null) {
            throw new MalformedCborException("the message ends too early");
        }
        return token;
    }

    private @Nullable JsonToken advance() throws IOException {
        JsonToken token = peeked;
        if (token != null) {
            peeked = null;
            return token;
        }
        return decoded(parser::nextToken);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
