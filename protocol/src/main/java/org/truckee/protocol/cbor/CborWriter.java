package org.truckee.protocol.cbor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.TreeSet;

/// Writes a CBOR message into memory, with definite lengths and shortest numbers.
public final class CborWriter {
    private static final CBORFactory FACTORY = new CBORFactory();
    private static final int TAG_SET = 258;

    // the first byte of an item (RFC 8949, 3): its kind in the upper three bits, its length below if under 24
    private static final int BYTE_STRING = 2 << 5;
    private static final int MAP = 5 << 5;
    private static final int SHORT = 24;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CBORGenerator generator;

    public CborWriter() {
        try {
            generator = FACTORY.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void take() throws IOException;
    }

    private CborWriter does(Step step) {
        try {
            step.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Opens a map of `size` pairs; it closes with [#endMap].
    public CborWriter map(int size) {
        return does(() -> generator.writeStartObject(null, size));
    }

    public CborWriter endMap() {
        return does(generator::writeEndObject);
    }

    /// Opens an array of `size` values; it closes with [#endArray].
    public CborWriter array(int size) {
        return does(() -> generator.writeStartArray(null, size));
    }

    public CborWriter endArray() {
        return does(generator::writeEndArray);
    }

    public CborWriter key(String key) {
        return does(() -> generator.writeFieldName(key));
    }

    public CborWriter key(Field<?> field) {
        return key(field.name());
    }

    public CborWriter key(long key) {
        return does(() -> generator.writeFieldId(key));
    }

    public CborWriter number(long value) {
        return does(() -> generator.writeNumber(value));
    }

    public CborWriter bool(boolean value) {
        return does(() -> generator.writeBoolean(value));
    }

    public CborWriter nothing() {
        return does(generator::writeNull);
    }

    public CborWriter text(String value) {
        return does(() -> generator.writeString(value));
    }

    public CborWriter bytes(byte[] value) {
        return does(() -> generator.writeBinary(value));
    }

    /// What remains in `value`, whose position stays.
    public CborWriter bytes(ByteBuffer value) {
        return does(() -> {
            var bytes = new byte[value.remaining()];
            value.get(value.position(), bytes);
            generator.writeBinary(bytes);
        });
    }

    /// In ascending order, though readers must not care.
    public CborWriter set(Collection<Integer> numbers) {
        return does(() -> {
            generator.writeTag(TAG_SET);
            generator.writeStartArray(null, numbers.size());
            for (int number : new TreeSet<>(numbers)) {
                generator.writeNumber(number);
            }
            generator.writeEndArray();
        });
    }

    /// Opens a map of fewer than 24 pairs whose keys are byte strings ([#byteKey]); it closes by itself. Only at the
    /// top of a message and inside such maps: the library writes no such keys, so these go past it.
    public CborWriter byteKeyedMap(int size) {
        return does(() -> generator.writeRaw((byte) (MAP | size)));
    }

    /// A key of fewer than 256 ASCII characters, as a byte string.
    public CborWriter byteKey(String key) {
        return does(() -> {
            byte[] bytes = key.getBytes(US_ASCII);
            if (bytes.length < SHORT) {
                generator.writeRaw((byte) (BYTE_STRING | bytes.length));
            } else {
                generator.writeRaw((byte) (BYTE_STRING | SHORT));
                generator.writeRaw((byte) bytes.length);
            }
            generator.writeBytes(bytes, 0, bytes.length);
        });
    }

    public byte[] toBytes() {
        does(generator::close);
        return out.toByteArray();
    }
}
