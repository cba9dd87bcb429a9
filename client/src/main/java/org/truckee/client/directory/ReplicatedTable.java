package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.Homes.Home;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.Tag;
import org.truckee.crypto.WriteKey;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.introducer.ServerId;

/// A [DirectorySet] as the table of a directory that other clients understand too.
///
/// Every link is an entry under the name that it is shown by, with a [Mark] in its metadata. A literal child
/// `.truckee` holds what belongs to the whole:
///
/// ```
/// { "storage-index": bytes(16), "vector": { WRITER: counter, ... },
///   "homes": { number: { "version": n, "servers": [ text, ... ] }, ... } }                    CBOR
/// ```
///
/// Other clients keep marks when they put something else under a name, and copy them to other names and directories.
/// An entry whose mark does not fit therefore counts as an addition of its own, whose dot is a hash of what it says.
///
/// @param storageIndex of the directory
record ReplicatedTable(StorageIndex storageIndex, TableRow.Format format) {
    static final String RESERVED = ".truckee";

    private static final int TAG_BYTES = 10;
    private static final int MAX_NUMBERS = 256;
    private static final int MAX_SERVERS = 1024;

    private static final Field<byte[]> INDEX = new Field<>("storage-index", CborReader::bytes);
    private static final Field<SortedMap<WriterId, Long>> VECTOR = new Field<>("vector", ReplicatedTable::readVector);
    private static final Field<SortedMap<Integer, Home>> HOMES = new Field<>("homes", ReplicatedTable::readHomes);
    private static final Field<Long> VERSION = new Field<>("version", CborReader::unsigned);
    private static final Field<List<String>> SERVERS =
            new Field<>("servers", reader -> reader.list(MAX_SERVERS, CborReader::text));

    static ReplicatedTable of(StorageIndex storageIndex, Optional<WriteKey> writeKey) {
        return new ReplicatedTable(storageIndex, new TableRow.Format(writeKey, false));
    }

    /// Reads a table; empty if it is not one of ours.
    Optional<DirectorySet> read(byte[] bytes) {
        DirectoryTable table = DirectoryTable.parse(bytes, format.writeKey());
        Optional<DirectorySet> base = table.get(RESERVED).flatMap(entry -> readReserved(entry.child()));
        return base.map(set -> readLinks(table, set));
    }

    private DirectorySet readLinks(DirectoryTable table, DirectorySet base) {
        var links = new TreeMap<Dot, Link>();
        Map<WriterId, Long> seen = new HashMap<>();
        for (TableRow row : table.rows()) {
            if (!row.entry().name().equals(RESERVED)) {
                readLink(row, links);
            }
        }
        for (byte[] unreadable : table.unreadable()) {
            byte[] hash = Tag.DIRECTORY_DOT.pair(storageIndex.toBytes(), unreadable, WriterId.BYTES);
            links.put(new Dot(new WriterId(Base32.encode(hash)), 1), Link.unreadable(unreadable));
        }
        links.keySet().forEach(dot -> seen.merge(dot.writer(), dot.counter(), Math::max));
        var vector = new VersionVector(new TreeMap<>(seen)).joined(base.vector());
        return new DirectorySet(links, vector, base.homes());
    }

    private void readLink(TableRow row, Map<Dot, Link> links) {
        String listed = row.entry().name();
        Metadata metadata = row.entry().metadata();
        Optional<Mark> mark = metadata.mark().filter(there -> fits(there, listed, row));
        String name = mark.flatMap(Mark::name).orElse(listed);
        Dot dot = mark.map(Mark::dot).orElseGet(() -> derivedDot(row));
        boolean settled = mark.map(Mark::settled).orElse(false);
        var asItStands = new Link.Row(Optional.of(listed), row.bytes());
        links.put(dot, Link.read(name, row.entry().child(), metadata.unmarked(), settled, asItStands));
    }

    private boolean fits(Mark mark, String listed, TableRow row) {
        String given = mark.name().orElse(listed);
        return mark.tag().equals(tag(mark.dot(), given, row.readField(), row.writeField()))
                && (listed.equals(given) || ShownNames.isConflictName(listed, given, mark.dot()));
    }

    private String tag(Dot dot, String given, byte[] readField, byte[] writeField) {
        byte[] bound = joined(dot.toString().getBytes(UTF_8), given.getBytes(UTF_8), readField, writeField);
        return Base32.encode(Tag.DIRECTORY_MARK.pair(storageIndex.toBytes(), bound, TAG_BYTES));
    }

    private Dot derivedDot(TableRow row) {
        byte[] bound = joined(
                row.entry().name().getBytes(UTF_8),
                row.readField(),
                row.writeField(),
                row.entry().metadata().linkModifiedText().getBytes(UTF_8));
        byte[] hash = Tag.DIRECTORY_DOT.pair(storageIndex.toBytes(), bound, WriterId.BYTES);
        return new Dot(new WriterId(Base32.encode(hash)), 1);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(Netstring.encode(part));
        }
        return out.toByteArray();
    }

    /// `set` with the rows that its links have in a table, so that they are made once.
    DirectorySet withRows(DirectorySet set) {
        var links = new TreeMap<>(set.links());
        set.shown().all().forEach((shown, dot) -> {
            Link link = set.link(dot);
            if (!link.isListedAs(shown)) {
                var row = new Link.Row(Optional.of(shown), newRow(shown, dot, link));
                links.put(dot, Link.read(link.name(), link.child(), link.metadata(), link.isSettled(), row));
            }
        });
        return set.inRows(links);
    }

    /// The table of a state of the directory.
    byte[] write(DirectorySet set) {
        var out = new ByteArrayOutputStream();
        SortedMap<String, Dot> shown = set.shown().all();
        writeRows(set, shown.headMap(RESERVED), out);
        out.writeBytes(format.row(reserved(set)).bytes());
        writeRows(set, shown.tailMap(RESERVED), out);
        set.links().values().stream()
                .filter(Link::isUnreadable)
                .flatMap(link -> link.row().stream())
                .forEach(row -> out.writeBytes(row.bytes()));
        return out.toByteArray();
    }

    private void writeRows(DirectorySet set, SortedMap<String, Dot> shown, ByteArrayOutputStream out) {
        shown.forEach((name, dot) -> {
            if (!name.equals(RESERVED)) {
                out.writeBytes(row(name, dot, set.link(dot)));
            }
        });
    }

    private byte[] row(String shown, Dot dot, Link link) {
        return link.isListedAs(shown) ? link.row().orElseThrow().bytes() : newRow(shown, dot, link);
    }

    private byte[] newRow(String shown, Dot dot, Link link) {
        byte[] read = format.readField(link.child());
        byte[] write = format.writeField(link.child());
        Optional<String> given = link.name().equals(shown) ? Optional.empty() : Optional.of(link.name());
        var mark = new Mark(dot, tag(dot, link.name(), read, write), given, link.isSettled());
        var entry = new Entry(shown, link.child(), link.metadata().marked(mark));
        return format.row(entry, read, write).bytes();
    }

    private Entry reserved(DirectorySet set) {
        var out = new CborWriter().map(3).key(INDEX).bytes(storageIndex.toBytes());
        out.key(VECTOR).map(set.vector().counters().size());
        set.vector()
                .counters()
                .forEach((writer, counter) -> out.key(writer.text()).number(counter));
        out.endMap().key(HOMES).map(set.homes().byNumber().size());
        set.homes().byNumber().forEach((number, home) -> {
            out.key((long) number).map(2).key(VERSION).number(home.version());
            out.key(SERVERS).array(home.servers().size());
            home.servers().forEach(server -> out.text(server.text()));
            out.endArray().endMap();
        });
        byte[] message = out.endMap().endMap().toBytes();
        var child = new Child(Optional.empty(), Optional.of(new LiteralCap(message).uri()));
        return new Entry(RESERVED, child, Metadata.empty());
    }

    /// Empty if it is damaged, or came from another directory.
    private Optional<DirectorySet> readReserved(Child child) {
        try {
            if (!(Cap.parse(child.read().orElse("")) instanceof LiteralCap literal)) {
                return Optional.empty();
            }
            try (var reader = new CborReader(literal.data())) {
                var fields = reader.fields(INDEX, VECTOR, HOMES);
                reader.end();
                boolean ours = Arrays.equals(fields.get(INDEX), storageIndex.toBytes());
                var set = new DirectorySet(
                        new TreeMap<>(), new VersionVector(fields.get(VECTOR)), new Homes(fields.get(HOMES)));
                return ours && !set.homes().byNumber().isEmpty() ? Optional.of(set) : Optional.empty();
            }
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static SortedMap<WriterId, Long> readVector(CborReader reader) throws IOException {
        var counters = new TreeMap<WriterId, Long>();
        reader.openMap(key -> counters.put(new WriterId(key), reader.unsigned()));
        return counters;
    }

    private static SortedMap<Integer, Home> readHomes(CborReader reader) throws IOException {
        return new TreeMap<>(reader.numbered(MAX_NUMBERS, home -> {
            var fields = home.fields(VERSION, SERVERS);
            var servers = new TreeSet<ServerId>();
            fields.get(SERVERS).forEach(text -> servers.add(new ServerId(text)));
            return new Home(fields.get(VERSION), servers);
        }));
    }
}
