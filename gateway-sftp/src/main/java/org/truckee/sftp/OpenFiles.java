package org.truckee.sftp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.truckee.client.files.GridPath;

/// The files of a tree that somebody has open, by the names that they have or are going to have. A file that was
/// removed while it is open has none. It waits for nothing: everything that takes time is done outside.
final class OpenFiles {
    private static final class Use {
        private final Set<GridPath> names = new HashSet<>();
        private int handles;
    }

    /// All guarded by this object's monitor.
    private final Map<GridPath, TreeFile> byName = new HashMap<>();

    private final Map<TreeFile, Use> uses = new HashMap<>();

    synchronized Optional<TreeFile> at(GridPath path) {
        return Optional.ofNullable(byName.get(path));
    }

    /// The file of that name, with one more handle.
    synchronized Optional<TreeFile> join(GridPath path) {
        Optional<TreeFile> file = at(path);
        file.ifPresent(there -> use(there).handles++);
        return file;
    }

    /// Takes a file with its first handle, if nobody else came first.
    synchronized boolean add(GridPath path, TreeFile file) {
        if (byName.containsKey(path)) {
            return false;
        }
        uses.put(file, new Use());
        use(file).handles = 1;
        addName(file, path);
        return true;
    }

    /// One handle fewer; says whether it was the last one, after which the file is not here any more.
    synchronized boolean leave(TreeFile file) {
        Use use = use(file);
        use.handles--;
        if (use.handles > 0) {
            return false;
        }
        use.names.forEach(byName::remove);
        uses.remove(file);
        return true;
    }

    synchronized boolean hasOneHandle(TreeFile file) {
        return use(file).handles == 1;
    }

    synchronized List<GridPath> names(TreeFile file) {
        return List.copyOf(use(file).names);
    }

    /// One more name, in place of the file that may have it.
    synchronized void addName(TreeFile file, GridPath name) {
        removeName(name);
        byName.put(name, file);
        use(file).names.add(name);
    }

    /// What had the name goes on without it.
    synchronized void removeName(GridPath name) {
        TreeFile before = byName.remove(name);
        if (before != null) {
            use(before).names.remove(name);
        }
    }

    /// Everything at and below a path moves; what was open at the new one loses that name.
    synchronized void move(GridPath from, GridPath to) {
        if (!from.equals(to)) {
            removeName(to);
        }
        for (GridPath name : List.copyOf(byName.keySet())) {
            if (name.startsWith(from)) {
                TreeFile file = byName.get(name);
                removeName(name);
                if (file != null) {
                    addName(file, moved(name, from, to));
                }
            }
        }
    }

    private static GridPath moved(GridPath name, GridPath from, GridPath to) {
        var names = new ArrayList<>(to.names());
        names.addAll(name.names().subList(from.names().size(), name.names().size()));
        return new GridPath(names);
    }

    /// The files that have such a name, in an order that everybody keeps who locks several.
    synchronized List<TreeFile> with(Predicate<GridPath> name) {
        return byName.entrySet().stream()
                .filter(entry -> name.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .distinct()
                .sorted(Comparator.comparingLong(TreeFile::number))
                .toList();
    }

    /// The names in a directory.
    synchronized Map<GridPath, TreeFile> in(GridPath directory) {
        var children = new HashMap<GridPath, TreeFile>();
        byName.forEach((name, file) -> {
            if (name.parent().equals(directory)) {
                children.put(name, file);
            }
        });
        return children;
    }

    private Use use(TreeFile file) {
        Use use = uses.get(file);
        if (use == null) {
            throw new IllegalStateException("a file is used that nobody has open");
        }
        return use;
    }
}
