package org.truckee.client.directory;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One state of a replicated directory: an observed-remove set of links. A dot that the vector covers and that has no
/// link was removed; nothing else is kept of it. It never changes; the names that it shows are found out once.
final class DirectorySet {
    static final DirectorySet EMPTY = new DirectorySet(Collections.emptySortedMap(), VersionVector.EMPTY, Homes.NONE);

    private final SortedMap<Dot, Link> links;
    private final VersionVector vector;
    private final Homes homes;

    /// Null until somebody asks. Two threads may find it out at the same time, and find the same.
    private @Nullable ShownNames shown;

    DirectorySet(SortedMap<Dot, Link> links, VersionVector vector, Homes homes) {
        this(links, vector, homes, null);
    }

    private DirectorySet(SortedMap<Dot, Link> links, VersionVector vector, Homes homes, @Nullable ShownNames shown) {
        this.links = Collections.unmodifiableSortedMap(links);
        this.vector = vector;
        this.homes = homes;
        this.shown = shown;
    }

    SortedMap<Dot, Link> links() {
        return links;
    }

    VersionVector vector() {
        return vector;
    }

    Homes homes() {
        return homes;
    }

    /// The link under a dot that is known to be here.
    Link link(Dot dot) {
        return Optional.ofNullable(links.get(dot)).orElseThrow();
    }

    /// The names under which its links are shown.
    ShownNames shown() {
        ShownNames names = shown;
        if (names == null) {
            names = ShownNames.of(links);
            shown = names;
        }
        return names;
    }

    /// This, of which somebody knows already what it shows.
    DirectorySet showing(ShownNames names) {
        return new DirectorySet(links, vector, homes, names);
    }

    DirectorySet with(Dot dot, Link link) {
        var more = new TreeMap<>(links);
        more.put(dot, link);
        return new DirectorySet(more, vector.with(dot), homes);
    }

    /// Its dot stays covered, so that no copy brings it back.
    DirectorySet without(Dot dot) {
        if (!links.containsKey(dot)) {
            return this;
        }
        var fewer = new TreeMap<>(links);
        fewer.remove(dot);
        return new DirectorySet(fewer, vector, homes);
    }

    DirectorySet withHomes(Homes other) {
        return new DirectorySet(links, vector, other, shown);
    }

    /// The same links with other rows.
    DirectorySet inRows(SortedMap<Dot, Link> same) {
        return new DirectorySet(same, vector, homes, shown);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof DirectorySet that
                && links.equals(that.links)
                && vector.equals(that.vector)
                && homes.equals(that.homes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(links, vector, homes);
    }

    @Override
    public String toString() {
        return links + ", seen " + vector.counters() + ", at " + homes;
    }
}
