package org.truckee.client.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Directories;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.directory.Listing;
import org.truckee.client.directory.Metadata;
import org.truckee.client.directory.Names;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.mutable.MutableFiles;

/// Gives stored files their names, by the rules that say what may be there, and says what is said of them.
final class FileLinks {
    private static final int OWNER_WRITES = 0200;

    private final GridPaths paths;
    private final Directories directories;
    private final MutableFiles mutableFiles;
    private final ImmutableFiles immutableFiles;
    private final InstantSource clock;

    FileLinks(GridPaths paths, MutableFiles mutableFiles, ImmutableFiles immutableFiles, InstantSource clock) {
        this.paths = paths;
        this.directories = paths.directories();
        this.mutableFiles = mutableFiles;
        this.immutableFiles = immutableFiles;
        this.clock = clock;
    }

    /// Gives a file `names` and takes those in `gone` away; see [GridFiles#link].
    void link(ReadCap file, FileMetadata said, Map<GridPath, LinkRule> names, Map<GridPath, LinkIdentity> gone)
            throws IOException {
        var directoriesOf = new LinkedHashSet<GridPath>();
        names.keySet().forEach(path -> directoriesOf.add(path.parent()));
        gone.keySet().forEach(path -> directoriesOf.add(path.parent()));
        for (GridPath directory : directoriesOf) {
            Map<GridPath, LinkRule> there = in(directory, names);
            try {
                linkIn(file, said, there, in(directory, gone));
            } catch (NoSuchFileException e) {
                if (!there.isEmpty()) {
                    throw e;
                }
                // a directory that is not there any more has lost its names
            }
        }
    }

    private static <T> Map<GridPath, T> in(GridPath directory, Map<GridPath, T> all) {
        var some = new LinkedHashMap<>(all);
        some.keySet().removeIf(path -> !path.parent().equals(directory));
        return some;
    }

    /// All in one directory.
    private void linkIn(
            ReadCap file, FileMetadata said, Map<GridPath, LinkRule> names, Map<GridPath, LinkIdentity> gone)
            throws IOException {
        DirectoryCap parent = paths.writableDirectory(
                names.isEmpty()
                        ? gone.keySet().iterator().next()
                        : names.keySet().iterator().next());
        Listing there = directories.read(parent);
        var linked = new LinkedHashMap<>(names);
        for (var name : names.entrySet()) {
            Optional<Entry> before = there.get(name.getKey().name());
            if (before.isPresent() && before.get().child().cap() instanceof MutableWriteCap mutable) {
                checkRule(name.getKey(), before, name.getValue());
                byte[] contents = contents(file);
                mutableFiles.modify(mutable, _ -> contents);
                setAttributes(name.getKey(), said);
                linked.remove(name.getKey());
            }
        }
        if (linked.isEmpty() && gone.isEmpty()) {
            return;
        }
        Child child = Child.of(file);
        Instant now = clock.instant();
        directories.change(parent, entries -> {
            for (var name : linked.entrySet()) {
                link(entries, name.getKey(), child, said, now, name.getValue());
            }
            gone.forEach((path, seen) -> entries.get(path.name())
                    .filter(entry -> entry.child().identity().equals(seen))
                    .ifPresent(entry -> entries.remove(entry.name())));
        });
    }

    private static void link(Names entries, GridPath path, Child child, FileMetadata said, Instant now, LinkRule rule)
            throws FileSystemException {
        Optional<Entry> before = entries.get(path.name());
        checkRule(path, before, rule);
        Metadata metadata = said(child, before.map(Entry::metadata).orElse(Metadata.empty()), said)
                .linkedAt(now);
        if (rule instanceof LinkRule.IfAbsent) {
            entries.add(new Entry(path.name(), child, metadata));
        } else {
            entries.put(new Entry(path.name(), child, metadata));
        }
    }

    private static void checkRule(GridPath path, Optional<Entry> there, LinkRule rule) throws FileSystemException {
        switch (rule) {
            case LinkRule.IfAbsent _ -> GridPaths.checkAbsent(path, there);
            case LinkRule.IfStill(LinkIdentity seen) -> {
                Entry entry = there.orElseThrow(() -> new NoSuchFileException(path.toString()));
                GridPaths.checkNoDirectory(path, entry);
                if (!entry.child().identity().equals(seen)) {
                    throw new ChangedMeanwhileException(path);
                }
            }
            case LinkRule.Replace _ -> {
                if (there.isPresent()) {
                    GridPaths.checkNoDirectory(path, there.get());
                    GridPaths.checkMayBeWritten(path, there.get());
                }
            }
        }
    }

    /// What is said of an immutable file also decides whether Tahoe-LAFS shows it as read-only. A mutable file's or a
    /// directory's write capability is never taken away by its mode.
    static Metadata said(Child child, Metadata before, FileMetadata said) {
        Metadata metadata = said.equals(FileMetadata.NONE) ? before : before.with(said, child.identity());
        boolean immutable = child.cap() instanceof ChkReadCap || child.cap() instanceof LiteralCap;
        return immutable && said.mode().isPresent()
                ? metadata.withNoWrite((said.mode().getAsInt() & OWNER_WRITES) == 0)
                : metadata;
    }

    private byte[] contents(ReadCap cap) throws IOException {
        return switch (cap) {
            case LiteralCap file -> file.data();
            case MutableReadCap file -> mutableFiles.read(file);
            case ChkReadCap file -> immutableFiles.read(file);
        };
    }

    /// Changes what is said of a file or directory; what is empty in `said` stays.
    void setAttributes(GridPath path, FileMetadata said) throws IOException {
        if (said.equals(FileMetadata.NONE)) {
            return;
        }
        Instant now = clock.instant();
        directories.change(paths.writableDirectory(path), names -> {
            Entry entry = names.get(path.name()).orElseThrow(() -> new NoSuchFileException(path.toString()));
            names.put(new Entry(
                    entry.name(),
                    entry.child(),
                    said(entry.child(), entry.metadata(), said).linkedAt(now)));
        });
    }
}
