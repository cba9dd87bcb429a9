package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.NetstringReader;
import org.truckee.crypto.Tag;
import org.truckee.crypto.WriteKey;

/// The contents of a directory, as they stand in its file:
///
/// ```
/// table      = entry*
/// entry      = netstring( netstring(name) netstring(read cap) netstring(rwcapdata) netstring(metadata) )
/// name       = UTF-8, NFC
/// rwcapdata  = salt (16) write cap, encrypted with the directory's write key   authenticator (32)
///              nothing in an immutable directory
/// metadata   = JSON object
/// ```
///
/// in the order of the names' UTF-8 bytes. Entries that are not touched are written back byte for byte, also those
/// that cannot be read. (Tahoe-LAFS `docs/specifications/dirnodes.rst`.)
///
/// A table changes; it belongs to one thread at a time.
public final class DirectoryTable {
    private static final int SALT_BYTES = 16;
    private static final int AUTHENTICATOR_BYTES = 32;

    private final Optional<WriteKey> writeKey;
    private final boolean immutable;
    private final TreeMap<byte[], Row> rows = new TreeMap<>(Arrays::compareUnsigned);

    /// What could not be read, to be written back behind all else: entries, and what follows the last netstring.
    private final List<byte[]> unreadable = new ArrayList<>();

    /// An entry and the bytes inside its outer netstring.
    @SuppressWarnings("ArrayRecordComponent") // rows are never compared
    private record Row(Entry entry, byte[] bytes) {}

    private DirectoryTable(Optional<WriteKey> writeKey, boolean immutable) {
        this.writeKey = writeKey;
        this.immutable = immutable;
    }

    /// Reads the table of a mutable directory; write capabilities are seen with its write key only.
    public static DirectoryTable parse(byte[] bytes, Optional<WriteKey> writeKey) {
        return parse(bytes, writeKey, false);
    }

    /// Reads the table of an immutable directory.
    public static DirectoryTable parseImmutable(byte[] bytes) {
        return parse(bytes, Optional.empty(), true);
    }

    private static DirectoryTable parse(byte[] bytes, Optional<WriteKey> writeKey, boolean immutable) {
        var table = new DirectoryTable(writeKey, immutable);
        var reader = new NetstringReader(ByteBuffer.wrap(bytes));
        for (var row = reader.next(); row.isPresent(); row = reader.next()) {
            var raw = new byte[row.get().remaining()];
            row.get().get(raw);
            table.parseEntry(raw)
                    .ifPresentOrElse(
                            entry -> table.rows.put(utf8(entry.name()), new Row(entry, raw)),
                            () -> table.unreadable.add(Netstring.encode(raw)));
        }
        if (!reader.atEnd()) {
            table.unreadable.add(Arrays.copyOfRange(bytes, reader.position(), bytes.length));
        }
        return table;
    }

    private Optional<Entry> parseEntry(byte[] raw) {
        var reader = new NetstringReader(ByteBuffer.wrap(raw));
        Optional<String> name = reader.next().flatMap(DirectoryTable::text).map(DirectoryTable::normal);
        Optional<String> read = reader.next().flatMap(DirectoryTable::text).map(String::stripTrailing);
        Optional<ByteBuffer> write = reader.next();
        Optional<Metadata> metadata = reader.next().map(DirectoryTable::copy).flatMap(Metadata::parse);
        if (name.isEmpty() || read.isEmpty() || write.isEmpty() || metadata.isEmpty()) {
            return Optional.empty();
        }
        if (immutable && write.get().hasRemaining()) {
            return Optional.empty();
        }
        var child = new Child(decrypt(copy(write.get())), read.filter(cap -> !cap.isEmpty()));
        return Optional.of(new Entry(name.get(), child, metadata.get()));
    }

    private Optional<String> decrypt(byte[] data) {
        if (writeKey.isEmpty() || data.length < SALT_BYTES + AUTHENTICATOR_BYTES) {
            return Optional.empty();
        }
        byte[] salt = Arrays.copyOf(data, SALT_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(data, SALT_BYTES, data.length - AUTHENTICATOR_BYTES);
        byte[] cap = writeKey.get().childKey(salt).transform(ciphertext);
        return text(ByteBuffer.wrap(cap)).map(String::stripTrailing).filter(text -> !text.isEmpty());
    }

    private byte[] encrypt(String cap) {
        if (immutable) {
            return new byte[0];
        }
        WriteKey key = writeKey.orElseThrow(() -> new IllegalStateException("the directory is open for reading"));
        byte[] text = cap.getBytes(UTF_8);
        byte[] salt = Tag.DIRECTORY_WRITE_CAP_TO_SALT.hash(text, SALT_BYTES);
        byte[] ciphertext = key.childKey(salt).transform(text);
        byte[] authenticator = key.childKey(salt).authenticate(salt, ciphertext);
        return concatenate(salt, ciphertext, authenticator);
    }

    /// All entries that can be read, in order.
    public List<Entry> entries() {
        return rows.values().stream().map(Row::entry).toList();
    }

    public Optional<Entry> get(String name) {
        return Optional.ofNullable(rows.get(utf8(normal(name)))).map(Row::entry);
    }

    /// Adds an entry, or puts it in the place of the one of that name.
    public void put(Entry entry) {
        var normal = new Entry(normal(entry.name()), entry.child(), entry.metadata());
        rows.put(utf8(normal.name()), new Row(normal, serialize(normal)));
    }

    /// Removes a name; says whether it was there.
    public boolean remove(String name) {
        return rows.remove(utf8(normal(name))) != null;
    }

    public boolean isEmpty() {
        return rows.isEmpty() && unreadable.isEmpty();
    }

    private byte[] serialize(Entry entry) {
        String read = entry.child().read().map(this::withoutPrefix).orElse("");
        return Stream.of(
                        entry.name().getBytes(UTF_8),
                        read.getBytes(UTF_8),
                        encrypt(entry.child().write().orElse("")),
                        entry.metadata().toBytes())
                .map(Netstring::encode)
                .reduce(new byte[0], DirectoryTable::concatenate);
    }

    /// `ro.` says nothing in a place for read capabilities, nor does `imm.` in an immutable directory.
    private String withoutPrefix(String cap) {
        if (cap.startsWith("ro.")) {
            return cap.substring("ro.".length());
        }
        return immutable && cap.startsWith("imm.") ? cap.substring("imm.".length()) : cap;
    }

    public byte[] toBytes() {
        var out = new ByteArrayOutputStream();
        rows.values().forEach(row -> out.writeBytes(Netstring.encode(row.bytes())));
        unreadable.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] utf8(String name) {
        return name.getBytes(UTF_8);
    }

    private static String normal(String name) {
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
