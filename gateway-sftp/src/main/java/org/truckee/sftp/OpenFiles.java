package org.truckee.sftp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.GridPath;

/// The files of a tree that somebody has open, or that are not on the grid although they were closed, by the names
/// that they have or are going to have. A file that was removed while it is open has none; of several with one name
/// the newest shows. It waits for nothing: everything that takes time is done outside.
final class OpenFiles {
    private static final class Use {
        private NameSet names = NameSet.NONE;
        private int handles;
    }

    /// All guarded by this object's monitor. The newest is the last.
    private final Map<GridPath, List<TreeFile>> byName = new HashMap<>();

    private final Map<TreeFile, Use> uses = new HashMap<>();

    synchronized Optional<TreeFile> at(GridPath path) {
        List<TreeFile> files = byName.getOrDefault(path, List.of());
        return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
    }

    /// The file of that name, with one more handle.
    synchronized Optional<TreeFile> join(GridPath path) {
        Optional<TreeFile> file = at(path);
        file.ifPresent(there -> use(there).handles++);
        return file;
    }

    /// One more handle of a file, if it is still here.
    synchronized boolean hold(TreeFile file) {
        Use use = uses.get(file);
        if (use != null) {
            use.handles++;
        }
        return use != null;
    }

    /// Takes a file with its first handle, if the name still shows what was `seen` there.
    synchronized boolean add(GridPath path, NameSet names, TreeFile file, Optional<TreeFile> seen) {
        if (!at(path).equals(seen)) {
            return false;
        }
        restore(names, file);
        use(file).handles = 1;
        return true;
    }

    /// Takes a file that nobody has open.
    synchronized void restore(NameSet names, TreeFile file) {
        uses.put(file, new Use());
        set(file, names);
    }

    /// One handle fewer. After the last one the file is not here any more, unless it is owed to the grid; gives the
    /// names that it had then.
    synchronized Optional<NameSet> leave(TreeFile file) {
        Use use = use(file);
        use.handles--;
        return removeIfUnused(file);
    }

    private Optional<NameSet> removeIfUnused(TreeFile file) {
        Use use = use(file);
        if (use.handles > 0 || (file.isOwed() && !use.names.isEmpty())) {
            return Optional.empty();
        }
        NameSet last = use.names;
        set(file, NameSet.NONE);
        uses.remove(file);
        return Optional.of(last);
    }

    /// Whether anybody has it open.
    synchronized boolean isOpen(TreeFile file) {
        Use use = uses.get(file);
        return use != null && use.handles > 0;
    }

    synchronized boolean hasOneHandle(TreeFile file) {
        return use(file).handles == 1;
    }

    /// None where the file is not here any more.
    synchronized NameSet names(TreeFile file) {
        Use use = uses.get(file);
        return use == null ? NameSet.NONE : use.names;
    }

    /// Gives a file other names; says whether nobody has any use for it after that, and it is not here any more.
    synchronized boolean set(TreeFile file, NameSet names) {
        Use use = uses.get(file);
        if (use == null) {
            return false; // it has just been given back
        }
        for (GridPath before : use.names.names().keySet()) {
            if (!names.names().containsKey(before)) {
                List<TreeFile> files = byName.getOrDefault(before, List.of());
                files.remove(file);
                if (files.isEmpty()) {
                    byName.remove(before);
                }
            }
        }
        for (GridPath name : names.names().keySet()) {
            if (!use.names.names().containsKey(name)) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(file);
            }
        }
        use.names = names;
        if (use.handles == 0 && names.isEmpty()) {
            uses.remove(file);
            return true;
        }
        return false;
    }

    /// Changes names of a file that is here by what they are then.
    synchronized boolean change(TreeFile file, UnaryOperator<NameSet> change) {
        return set(file, change.apply(names(file)));
    }

    /// After a file was linked under its names: they stand for it, also for those who opened them since, and what
    /// others were to take away there is gone. Gives those others for whom something changed.
    synchronized List<TreeFile> published(TreeFile file, Optional<LinkIdentity> identity) {
        Set<GridPath> linked = names(file).names().keySet();
        set(file, names(file).published(identity));
        List<TreeFile> changed = new ArrayList<>();
        for (TreeFile other : with(linked::contains)) {
            NameSet before = names(other);
            NameSet settled = before.settled(linked::contains);
            set(other, other.number() > file.number() ? settled.nowStanding(linked, identity) : settled);
            if (!names(other).equals(before)) {
                changed.add(other);
            }
        }
        return changed;
    }

    /// The others that have a name, the oldest first.
    synchronized List<TreeFile> others(GridPath path, TreeFile file) {
        return byName.getOrDefault(path, List.of()).stream()
                .filter(other -> !other.equals(file))
                .toList();
    }

    /// Whether no other file has one of its names.
    synchronized boolean isAlone(TreeFile file) {
        return names(file).names().keySet().stream()
                .allMatch(path -> others(path, file).isEmpty());
    }

    /// Whether a newer file stands under one of its names on the grid.
    synchronized boolean isReplaced(TreeFile file) {
        return names(file).names().keySet().stream()
                .flatMap(path -> others(path, file).stream())
                .anyMatch(other -> other.number() > file.number() && !other.isPending());
    }

    /// All that have a name, the oldest first.
    synchronized List<TreeFile> all(GridPath path) {
        return List.copyOf(byName.getOrDefault(path, List.of()));
    }

    /// Everything that is here.
    synchronized List<TreeFile> all() {
        return ordered(uses.keySet());
    }

    /// The files that have such a name or are to take one away, in an order that everybody keeps who locks several.
    synchronized List<TreeFile> with(Predicate<GridPath> name) {
        return ordered(uses.entrySet().stream()
                .filter(entry -> entry.getValue().names.names().keySet().stream()
                                .anyMatch(name)
                        || entry.getValue().names.gone().keySet().stream().anyMatch(name))
                .map(Map.Entry::getKey)
                .toList());
    }

    private static List<TreeFile> ordered(Collection<TreeFile> files) {
        return files.stream().sorted(Comparator.comparingLong(TreeFile::number)).toList();
    }

    /// The names in a directory.
    synchronized Map<GridPath, TreeFile> in(GridPath directory) {
        var children = new HashMap<GridPath, TreeFile>();
        byName.forEach((name, files) -> {
            if (name.parent().equals(directory)) {
                children.put(name, files.getLast());
            }
        });
        return children;
    }

    /// What is as good as gone under such names on the grid.
    synchronized Map<GridPath, Set<LinkIdentity>> gone(Predicate<GridPath> name) {
        var all = new HashMap<GridPath, Set<LinkIdentity>>();
        for (Use use : uses.values()) {
            use.names.gone().forEach((path, identity) -> {
                if (name.test(path)) {
                    all.computeIfAbsent(path, _ -> new HashSet<>()).add(identity);
                }
            });
        }
        return all;
    }

    private Use use(TreeFile file) {
        Use use = uses.get(file);
        if (use == null) {
            throw new IllegalStateException("a file is used that nobody has open");
        }
        return use;
    }
}
