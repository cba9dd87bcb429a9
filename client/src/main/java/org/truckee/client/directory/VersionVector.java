package org.truckee.client.directory;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which additions a version of a directory has seen: of every writer all up to a counter. Vectors only grow.
record VersionVector(SortedMap<WriterId, Long> counters) {
    static final VersionVector EMPTY = new VersionVector(Collections.emptySortedMap());

    VersionVector {
        counters = Collections.unmodifiableSortedMap(counters);
    }

    boolean covers(Dot dot) {
        return counters.getOrDefault(dot.writer(), 0L) >= dot.counter();
    }

    /// The dot that `writer` gives next.
    Dot next(WriterId writer) {
        return new Dot(writer, counters.getOrDefault(writer, 0L) + 1);
    }

    VersionVector with(Dot dot) {
        if (covers(dot)) {
            return this;
        }
        var grown = new TreeMap<>(counters);
        grown.put(dot.writer(), dot.counter());
        return new VersionVector(grown);
    }

    /// The pointwise maximum.
    VersionVector joined(VersionVector other) {
        if (equals(other)) {
            return this;
        }
        Map<WriterId, Long> joined = new TreeMap<>(counters);
        other.counters.forEach((writer, counter) -> joined.merge(writer, counter, Math::max));
        return new VersionVector(new TreeMap<>(joined));
    }
}
