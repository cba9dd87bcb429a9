package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.NetstringReader;
import org.truckee.crypto.WriteKey;

/// The contents of a directory, as they stand in its file: entries ([TableRow]) in the order of their names' UTF-8
/// bytes. Entries that are not touched are written back byte for byte, also those that cannot be read.
///
/// A table changes; it belongs to one thread at a time.
public final class DirectoryTable implements Names {
    private final TableRow.Format format;
    private final TreeMap<byte[], TableRow> rows = new TreeMap<>(Arrays::compareUnsigned);

    /// What could not be read, to be written back behind all else: entries, and what follows the last netstring.
    private final List<byte[]> unreadable = new ArrayList<>();

    private DirectoryTable(TableRow.Format format) {
        this.format = format;
    }

    /// Reads the table of a mutable directory; write capabilities are seen with its write key only.
    public static DirectoryTable parse(byte[] bytes, Optional<WriteKey> writeKey) {
        return parse(bytes, new TableRow.Format(writeKey, false));
    }

    /// Reads the table of an immutable directory.
    public static DirectoryTable parseImmutable(byte[] bytes) {
        return parse(bytes, new TableRow.Format(Optional.empty(), true));
    }

    private static DirectoryTable parse(byte[] bytes, TableRow.Format format) {
        var table = new DirectoryTable(format);
        var reader = new NetstringReader(ByteBuffer.wrap(bytes));
        for (var row = reader.next(); row.isPresent(); row = reader.next()) {
            var inside = new byte[row.get().remaining()];
            row.get().get(inside);
            format.read(inside)
                    .ifPresentOrElse(
                            read -> table.rows.put(utf8(read.entry().name()), read),
                            () -> table.unreadable.add(Netstring.encode(inside)));
        }
        if (!reader.atEnd()) {
            table.unreadable.add(Arrays.copyOfRange(bytes, reader.position(), bytes.length));
        }
        return table;
    }

    /// All entries that can be read, in order.
    public List<Entry> entries() {
        return rows.values().stream().map(TableRow::entry).toList();
    }

    List<TableRow> rows() {
        return List.copyOf(rows.values());
    }

    List<byte[]> unreadable() {
        return List.copyOf(unreadable);
    }

    @Override
    public Optional<Entry> get(String name) {
        return Optional.ofNullable(rows.get(utf8(TableRow.normal(name)))).map(TableRow::entry);
    }

    @Override
    public void put(Entry entry) {
        var normal = new Entry(TableRow.normal(entry.name()), entry.child(), entry.metadata());
        rows.put(utf8(normal.name()), format.row(normal));
    }

    @Override
    public void add(Entry entry) throws FileAlreadyExistsException {
        if (get(entry.name()).isPresent()) {
            throw new FileAlreadyExistsException(entry.name());
        }
        put(entry);
    }

    @Override
    public boolean remove(String name) {
        return rows.remove(utf8(TableRow.normal(name))) != null;
    }

    public byte[] toBytes() {
        var out = new ByteArrayOutputStream();
        rows.values().forEach(row -> out.writeBytes(row.bytes()));
        unreadable.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] utf8(String name) {
        return name.getBytes(UTF_8);
    }
}
