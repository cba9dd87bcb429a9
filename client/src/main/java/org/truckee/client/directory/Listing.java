package org.truckee.client.directory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The names in a directory at one moment.
///
/// @param entries by name, in the order of the names' UTF-8 bytes
/// @param hasMore whether there is something that this version cannot read
/// @param maybeStale whether fewer copies could be read than show every change for certain
public record Listing(SortedMap<String, Entry> entries, boolean hasMore, boolean maybeStale) {
    static Listing of(DirectoryTable table) {
        SortedMap<String, Entry> entries = new TreeMap<>(ShownNames.ORDER);
        table.entries().forEach(entry -> entries.put(entry.name(), entry));
        entries.remove(ReplicatedTable.RESERVED);
        return new Listing(entries, !table.unreadable().isEmpty(), false);
    }

    /// What stands for the same child as another link of one name is left out.
    static Listing of(DirectorySet set, boolean maybeStale) {
        ShownNames shown = set.shown();
        SortedMap<String, Entry> entries = new TreeMap<>(ShownNames.ORDER);
        shown.all().forEach((name, dot) -> {
            Link link = set.link(dot);
            List<Dot> given = shown.given(link.name());
            boolean shownAlready = !link.isSettled()
                    && !dot.equals(given.getLast())
                    && Optional.ofNullable(set.links().get(given.getLast()))
                            .filter(latest -> latest.child().equals(link.child()))
                            .isPresent();
            if (!shownAlready) {
                entries.put(name, new Entry(name, link.child(), link.metadata()));
            }
        });
        boolean hasMore = set.links().values().stream().anyMatch(Link::isUnreadable);
        return new Listing(entries, hasMore, maybeStale);
    }

    public Optional<Entry> get(String name) {
        return Optional.ofNullable(entries.get(TableRow.normal(name)));
    }

    /// This name, if it is there, and those behind it in order.
    public Map<String, Entry> from(String name) {
        return entries.tailMap(name);
    }

    public boolean isEmpty() {
        return entries.isEmpty() && !hasMore;
    }
}
