package org.truckee.sftp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.GridPath;

/// What a file is called while it is open, and what becomes of the grid's names when it is published.
///
/// @param names each with what it stands for on the grid, where that is known
/// @param gone names that it had, with what they stand for on the grid and nobody here sees any more: they are taken
///     away when the file is published
record NameSet(Map<GridPath, Optional<LinkIdentity>> names, Map<GridPath, LinkIdentity> gone) {
    static final NameSet NONE = new NameSet(Map.of(), Map.of());

    NameSet {
        names = Map.copyOf(names);
        gone = Map.copyOf(gone);
    }

    /// One name.
    static NameSet of(GridPath path, Optional<LinkIdentity> seen) {
        return NONE.with(path, seen);
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    Optional<LinkIdentity> seen(GridPath path) {
        return names.getOrDefault(path, Optional.empty());
    }

    /// One name more, which stands for `seen` on the grid.
    NameSet with(GridPath path, Optional<LinkIdentity> seen) {
        var more = new HashMap<>(names);
        more.put(path, Optional.ofNullable(gone.get(path)).or(() -> seen));
        var left = new HashMap<>(gone);
        left.remove(path);
        return new NameSet(more, left);
    }

    /// One name less; what it stands for on the grid goes with the next publication.
    NameSet without(GridPath path) {
        NameSet less = dropped(path);
        return seen(path)
                .map(there -> {
                    var more = new HashMap<>(less.gone);
                    more.put(path, there);
                    return new NameSet(less.names, more);
                })
                .orElse(less);
    }

    /// One name less, which somebody else has now.
    NameSet dropped(GridPath path) {
        var less = new HashMap<>(names);
        less.remove(path);
        return new NameSet(less, gone);
    }

    /// After some names came to stand for something else on the grid by our own doing.
    NameSet nowStanding(Set<GridPath> linked, Optional<LinkIdentity> identity) {
        var all = new HashMap<>(names);
        all.replaceAll((path, seen) -> linked.contains(path) ? identity : seen);
        return new NameSet(all, gone);
    }

    /// After somebody took away what was to go.
    NameSet settled(Predicate<GridPath> concerned) {
        var less = new HashMap<>(gone);
        less.keySet().removeIf(concerned);
        return new NameSet(names, less);
    }

    /// After what is at and below `from` moved.
    NameSet moved(GridPath from, GridPath to) {
        return new NameSet(moved(names, from, to), moved(gone, from, to));
    }

    private static <T> Map<GridPath, T> moved(Map<GridPath, T> paths, GridPath from, GridPath to) {
        var moved = new HashMap<GridPath, T>();
        paths.forEach((path, value) -> moved.put(path.startsWith(from) ? moved(path, from, to) : path, value));
        return moved;
    }

    private static GridPath moved(GridPath path, GridPath from, GridPath to) {
        var names = new ArrayList<>(to.names());
        names.addAll(path.names().subList(from.names().size(), path.names().size()));
        return new GridPath(names);
    }

    /// After all names were given to what `identity` tells.
    NameSet published(Optional<LinkIdentity> identity) {
        var all = new HashMap<>(names);
        all.replaceAll((_, _) -> identity);
        return new NameSet(all, Map.of());
    }
}
