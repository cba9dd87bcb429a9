package org.truckee.client.directory;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// One state of a replicated directory: an observed-remove set of links. A dot that the vector covers and that has no
/// link was removed; nothing else is kept of it.
record DirectorySet(SortedMap<Dot, Link> links, VersionVector vector, Homes homes) {
    static final DirectorySet EMPTY = new DirectorySet(Collections.emptySortedMap(), VersionVector.EMPTY, Homes.NONE);

    DirectorySet {
        links = Collections.unmodifiableSortedMap(links);
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
        return new DirectorySet(links, vector, other);
    }
}
