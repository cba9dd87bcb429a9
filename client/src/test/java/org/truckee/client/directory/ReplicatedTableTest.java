package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.Homes.Home;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.WriteKey;

/// Tables of ours after the Python client changed them. What it does was seen with Tahoe-LAFS 1.20: it keeps the
/// child `.truckee` and unknown metadata, also when it puts another file under a name or links an entry elsewhere.
class ReplicatedTableTest {
    private static final WriteKey KEY = new WriteKey(new byte[16]);
    private static final WriteKey OTHER_KEY = new WriteKey(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6});

    private final ReplicatedTable table = table(KEY);
    private final DirectorySet ours;

    ReplicatedTableTest() {
        var edit = new Edit(
                DirectorySet.EMPTY.withHomes(Homes.NONE.with(0, Home.of(1, Model.server(0)))), new WriterId("w"), true);
        edit.put(entry("a", "1", 1));
        edit.put(entry("b", "2", 2));
        ours = edit.set();
    }

    private static ReplicatedTable table(WriteKey key) {
        return ReplicatedTable.of(key.readKey().storageIndex(), Optional.of(key));
    }

    private static Child child(String contents) {
        return Child.of(new LiteralCap(contents.getBytes(UTF_8)));
    }

    private static Entry entry(String name, String contents, long time) {
        return new Entry(name, child(contents), Metadata.empty().linkedAt(Instant.ofEpochSecond(time)));
    }

    private DirectoryTable python() {
        return DirectoryTable.parse(table.write(ours), Optional.of(KEY));
    }

    private DirectorySet readBack(DirectoryTable changed) {
        return table.read(changed.toBytes()).orElseThrow();
    }

    private Listing merged(DirectoryTable changed) {
        return Listing.of(new Merge().of(ours, readBack(changed)), false);
    }

    @Test
    void setComesBackFromItsTable() {
        assertThat(readBack(python())).isEqualTo(ours);
        assertThat(table.write(readBack(python()))).isEqualTo(table.write(ours));
    }

    @Test
    void conflictsAndSettledNamesComeBackFromTheTable() {
        var edit = new Edit(DirectorySet.EMPTY, new WriterId("v"), true);
        edit.put(entry("a", "3", 3));
        DirectorySet clash = new Merge().of(ours, edit.set());
        assertThat(table.read(table.write(clash))).contains(clash);
        var later = new Edit(clash, new WriterId("v"), true);
        later.remove("a");
        assertThat(table.read(table.write(later.set()))).contains(later.set());
    }

    @Test
    void reservedChildIsNotListed() {
        assertThat(python().get(ReplicatedTable.RESERVED)).isPresent();
        assertThat(Listing.of(ours, false).entries().keySet()).containsExactly("a", "b");
        assertThat(Listing.of(python()).entries().keySet()).containsExactly("a", "b");
    }

    @Test
    void entryThatAnotherClientAddsIsThere() {
        DirectoryTable changed = python();
        changed.put(entry("c", "3", 3));
        assertThat(merged(changed).entries().keySet()).containsExactly("a", "b", "c");
        assertThat(readBack(changed)).isEqualTo(readBack(changed));
    }

    @Test
    void entryThatAnotherClientReplacesIsReplaced() {
        DirectoryTable changed = python();
        Metadata kept = changed.get("a").orElseThrow().metadata();
        changed.put(new Entry("a", child("new"), kept.linkedAt(Instant.ofEpochSecond(9))));
        assertThat(merged(changed).entries().keySet()).containsExactly("a", "b");
        assertThat(merged(changed).get("a").map(Entry::child)).contains(child("new"));
    }

    @Test
    void entryThatAnotherClientRenamesIsUnderItsNewNameOnly() {
        DirectoryTable changed = python();
        Metadata copied = changed.get("a").orElseThrow().metadata();
        changed.remove("a");
        changed.put(new Entry("z", child("1"), copied));
        assertThat(merged(changed).entries().keySet()).containsExactly("b", "z");
    }

    @Test
    void entryThatAnotherClientRemovesIsGone() {
        DirectoryTable changed = python();
        changed.remove("a");
        assertThat(merged(changed).entries().keySet()).containsExactly("b");
    }

    @Test
    void entryThatAnotherClientMovesInFromAnotherDirectoryOfOursIsThere() {
        var there = new Edit(
                DirectorySet.EMPTY.withHomes(ours.homes()), new WriterId("w"), true); // the same writer, the same dots
        there.put(entry("m", "moved", 5));
        DirectoryTable elsewhere = DirectoryTable.parse(table(OTHER_KEY).write(there.set()), Optional.of(OTHER_KEY));
        DirectoryTable changed = python();
        changed.put(elsewhere.get("m").orElseThrow());
        assertThat(merged(changed).entries().keySet()).containsExactly("a", "b", "m");
    }

    @Test
    void wholeTableCopiedIntoAnotherDirectoryIsNotOneOfOurs() {
        assertThat(table(OTHER_KEY).read(table.write(ours))).isEmpty();
    }

    @Test
    void removalByUsOfWhatAnotherClientAddedIsNotUndoneByAStaleCopy() {
        DirectoryTable changed = python();
        changed.put(entry("c", "3", 3));
        DirectorySet with = new Merge().of(ours, readBack(changed));
        var edit = new Edit(with, new WriterId("v"), true);
        edit.remove("c");
        DirectorySet without = table.read(table.write(edit.set())).orElseThrow();
        assertThat(Listing.of(new Merge().of(without, readBack(changed)), false)
                        .entries()
                        .keySet())
                .containsExactly("a", "b");
    }

    @Test
    void whatIsNotUnderstoodIsKeptByteForByte() {
        byte[] nonsense = Netstring.encode("nonsense".getBytes(UTF_8));
        byte[] bytes = table.write(ours);
        var longer = new byte[bytes.length + nonsense.length];
        System.arraycopy(bytes, 0, longer, 0, bytes.length);
        System.arraycopy(nonsense, 0, longer, bytes.length, nonsense.length);
        DirectorySet read = table.read(longer).orElseThrow();
        assertThat(Listing.of(read, false).hasMore()).isTrue();
        var edit = new Edit(new Merge().of(ours, read), new WriterId("v"), true);
        edit.remove("a");
        assertThat(new String(table.write(edit.set()), ISO_8859_1)).endsWith(new String(nonsense, ISO_8859_1));
    }

    @Test
    void unknownChildAndItsMetadataAreKeptByteForByte() {
        DirectoryTable changed = python();
        Metadata foreign = Metadata.parse("{\"x\": 1.50, \"tahoe\": {\"linkmotime\": 5}}".getBytes(UTF_8))
                .orElseThrow();
        changed.put(new Entry("future", new Child(Optional.of("lafs://rw"), Optional.of("ro.lafs://ro")), foreign));
        byte[] bytes = changed.toBytes();
        var edit = new Edit(table.read(bytes).orElseThrow(), new WriterId("v"), true);
        edit.put(entry("later", "x", 8));
        edit.remove("later");
        byte[] row = changed.rows().stream()
                .filter(r -> r.entry().name().equals("future"))
                .findFirst()
                .orElseThrow()
                .bytes();
        assertThat(new String(table.write(edit.set()), ISO_8859_1)).contains(new String(row, ISO_8859_1));
    }
}
