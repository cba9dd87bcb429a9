package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.NetstringReader;
import org.truckee.crypto.Tag;
import org.truckee.crypto.WriteKey;

/// One entry of a directory's table and the bytes that it is:
///
/// ```
/// entry      = netstring( netstring(name) netstring(read cap) netstring(rwcapdata) netstring(metadata) )
/// name       = UTF-8, NFC
/// rwcapdata  = salt (16) write cap, encrypted with the directory's write key   authenticator (32)
///              nothing in an immutable directory
/// metadata   = JSON object
/// ```
///
/// (Tahoe-LAFS `docs/specifications/dirnodes.rst`.)
///
/// @param readField the read capability as it stands there
/// @param writeField the `rwcapdata`
/// @param bytes the whole entry
@SuppressWarnings("ArrayRecordComponent") // rows are never compared
record TableRow(Entry entry, byte[] readField, byte[] writeField, byte[] bytes) {
    private static final int SALT_BYTES = 16;
    private static final int AUTHENTICATOR_BYTES = 32;

    /// What reads and writes the rows of one directory. Write capabilities are seen with its write key only.
    record Format(Optional<WriteKey> writeKey, boolean immutable) {
        /// Reads what is inside an entry's netstring; empty if it makes no sense.
        Optional<TableRow> read(byte[] inside) {
            var reader = new NetstringReader(ByteBuffer.wrap(inside));
            Optional<String> name = reader.next().flatMap(TableRow::text).map(TableRow::normal);
            Optional<byte[]> read = reader.next().map(TableRow::copy);
            Optional<byte[]> write = reader.next().map(TableRow::copy);
            Optional<Metadata> metadata = reader.next().map(TableRow::copy).flatMap(Metadata::parse);
            Optional<String> readCap =
                    read.flatMap(field -> text(ByteBuffer.wrap(field))).map(String::stripTrailing);
            if (name.isEmpty() || readCap.isEmpty() || write.isEmpty() || metadata.isEmpty()) {
                return Optional.empty();
            }
            if (immutable && write.get().length > 0) {
                return Optional.empty();
            }
            var child = new Child(decrypt(write.get()), readCap.filter(cap -> !cap.isEmpty()));
            var entry = new Entry(name.get(), child, metadata.get());
            return Optional.of(new TableRow(entry, read.orElseThrow(), write.get(), Netstring.encode(inside)));
        }

        /// The row of an entry.
        TableRow row(Entry entry) {
            return row(entry, readField(entry.child()), writeField(entry.child()));
        }

        TableRow row(Entry entry, byte[] readField, byte[] writeField) {
            byte[] inside = concatenate(
                    Netstring.encode(entry.name().getBytes(UTF_8)),
                    Netstring.encode(readField),
                    Netstring.encode(writeField),
                    Netstring.encode(entry.metadata().toBytes()));
            return new TableRow(entry, readField, writeField, Netstring.encode(inside));
        }

        byte[] readField(Child child) {
            return child.read().map(this::withoutPrefix).orElse("").getBytes(UTF_8);
        }

        /// `ro.` says nothing in a place for read capabilities, nor does `imm.` in an immutable directory.
        private String withoutPrefix(String cap) {
            if (cap.startsWith("ro.")) {
                return cap.substring("ro.".length());
            }
            return immutable && cap.startsWith("imm.") ? cap.substring("imm.".length()) : cap;
        }

        private Optional<String> decrypt(byte[] field) {
            if (writeKey.isEmpty() || field.length <= SALT_BYTES + AUTHENTICATOR_BYTES) {
                return Optional.empty();
            }
            byte[] salt = Arrays.copyOf(field, SALT_BYTES);
            byte[] ciphertext = Arrays.copyOfRange(field, SALT_BYTES, field.length - AUTHENTICATOR_BYTES);
            byte[] cap = writeKey.get().childKey(salt).transform(ciphertext);
            return text(ByteBuffer.wrap(cap)).map(String::stripTrailing).filter(text -> !text.isEmpty());
        }

        byte[] writeField(Child child) {
            if (immutable) {
                return new byte[0];
            }
            WriteKey key = writeKey.orElseThrow(() -> new IllegalStateException("the directory is open for reading"));
            byte[] text = child.write().orElse("").getBytes(UTF_8);
            byte[] salt = Tag.DIRECTORY_WRITE_CAP_TO_SALT.hash(text, SALT_BYTES);
            WriteKey.ChildKey childKey = key.childKey(salt);
            byte[] ciphertext = childKey.transform(text);
            return concatenate(salt, ciphertext, childKey.authenticate(salt, ciphertext));
        }
    }

    static String normal(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    private static Optional<String> text(ByteBuffer bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(bytes.duplicate()).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    private static byte[] copy(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    private static byte[] concatenate(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
