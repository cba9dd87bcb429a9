package org.truckee.client.directory;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/// One addition to a directory, as it stands under its dot: a name that was given to a child. It never changes, but
/// for the flag `settled` (its name is for good that of a conflict) and for the metadata that other clients set
/// without knowing of dots.
final class Link {
    /// Which of two states of one link is right: all who merge must choose alike.
    private static final Comparator<Link> BY_METADATA = Comparator.comparing(Link::modified)
            .thenComparing(link -> link.metadata.toBytes(), Arrays::compareUnsigned);

    private final String name;
    private final Child child;
    private final Metadata metadata;
    private final boolean settled;
    private final Optional<Row> row;

    /// A link as it stood in a table that was read, to be written back byte for byte: under which name it was listed
    /// there, and the whole netstring. What could not be read has no name.
    @SuppressWarnings("ArrayRecordComponent") // rows are never compared
    record Row(Optional<String> listedAs, byte[] bytes) {}

    private Link(String name, Child child, Metadata metadata, boolean settled, Optional<Row> row) {
        this.name = name;
        this.child = child;
        this.metadata = metadata;
        this.settled = settled;
        this.row = row;
    }

    static Link of(String name, Child child, Metadata metadata) {
        return new Link(name, child, metadata, false, Optional.empty());
    }

    static Link read(String name, Child child, Metadata metadata, boolean settled, Row row) {
        return new Link(name, child, metadata, settled, Optional.of(row));
    }

    /// Bytes of a table that make no sense, and are kept.
    static Link unreadable(byte[] bytes) {
        var nothing = new Child(Optional.empty(), Optional.empty());
        return new Link("", nothing, Metadata.empty(), false, Optional.of(new Row(Optional.empty(), bytes)));
    }

    /// The name that was given, which is not always the one it is shown under.
    String name() {
        return name;
    }

    Child child() {
        return child;
    }

    Metadata metadata() {
        return metadata;
    }

    boolean isSettled() {
        return settled;
    }

    boolean isUnreadable() {
        return row.isPresent() && row.get().listedAs().isEmpty();
    }

    /// Whether its row can be written under this name as it stands.
    boolean isListedAs(String shown) {
        return row.isPresent() && row.get().listedAs().equals(Optional.of(shown));
    }

    Optional<Row> row() {
        return row;
    }

    Instant modified() {
        return metadata.linkModified().orElse(Instant.EPOCH);
    }

    Link settle() {
        return settled ? this : new Link(name, child, metadata, true, Optional.empty());
    }

    /// What two states of the link under one dot give.
    Link joined(Link other) {
        if (equals(other)) {
            return row.isPresent() ? this : other;
        }
        Link later = BY_METADATA.compare(this, other) >= 0 ? this : other;
        return settled || other.settled ? later.settle() : later;
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Link that
                && settled == that.settled
                && name.equals(that.name)
                && child.equals(that.child)
                && metadata.equals(that.metadata)
                && (!isUnreadable() || Arrays.equals(bytes(), that.bytes()));
    }

    private byte[] bytes() {
        return row.map(Row::bytes).orElse(new byte[0]);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, settled, child);
    }

    @Override
    public String toString() {
        return name + (settled ? " (settled)" : "");
    }
}
