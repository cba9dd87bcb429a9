package org.truckee.client.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Directories;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.directory.Metadata;
import org.truckee.client.directory.Names;
import org.truckee.client.immutable.ContentKey;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.MutableFiles;

/// A tree of directories and files on the grid, by path. What a path means is decided here, for every door.
///
/// Refusals are the exceptions of `java.nio.file` ([NoSuchFileException], [NotDirectoryException],
/// [FileAlreadyExistsException], [DirectoryNotEmptyException], [AccessDeniedException] where the tree or the file is
/// read-only, else [FileSystemException]); any other [IOException] means that the grid could not do it, and a change
/// may then still appear. Safe for use by any number of threads.
public final class GridFiles {
    private final GridPaths paths;
    private final Directories directories;
    private final MutableFiles mutableFiles;
    private final ImmutableFiles immutableFiles;
    private final FileStatuses statuses;
    private final FileLinks links;
    private final InstantSource clock;

    public GridFiles(
            DirectoryCap root,
            Directories directories,
            MutableFiles mutableFiles,
            ImmutableFiles immutableFiles,
            InstantSource clock) {
        this.paths = new GridPaths(root, directories);
        this.directories = directories;
        this.mutableFiles = mutableFiles;
        this.immutableFiles = immutableFiles;
        this.statuses = new FileStatuses(mutableFiles);
        this.links = new FileLinks(paths, mutableFiles, immutableFiles, clock);
        this.clock = clock;
    }

    /// Whether nothing in this tree can be changed, because its root's capability is one to read.
    public boolean isReadOnly() {
        return !GridPaths.isWritable(paths.root());
    }

    /// What a path stands for, with the most authority that this tree gives.
    public Cap cap(GridPath path) throws IOException {
        return path.isRoot() ? paths.root() : paths.entry(path).child().cap();
    }

    /// What is known of a path.
    public FileStatus stat(GridPath path) throws IOException {
        if (path.isRoot()) {
            return FileStatuses.ofRoot(GridPaths.isWritable(paths.root()));
        }
        DirectoryCap parent = paths.directory(path.parent());
        return statuses.of(paths.entry(parent, path), GridPaths.isWritable(parent));
    }

    /// The names in a directory, in order, with what is known of each; names that no path can have are left out.
    public Map<String, FileStatus> list(GridPath path) throws IOException {
        DirectoryCap directory = paths.directory(path);
        var names = new LinkedHashMap<String, FileStatus>();
        for (Entry entry : directories.read(directory).entries().values()) {
            if (GridPath.isName(entry.name())) {
                names.put(entry.name(), statuses.of(entry, GridPaths.isWritable(directory)));
            }
        }
        return names;
    }

    /// Opens a file for reading; what it gives does not change while it is open.
    public OpenFile open(GridPath path) throws IOException {
        if (path.isRoot()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        DirectoryCap parent = paths.directory(path.parent());
        Entry entry = paths.entry(parent, path);
        boolean writable = GridPaths.isWritable(parent);
        return switch (entry.child().cap()) {
            case ChkReadCap file ->
                new OpenChkFile(statuses.of(entry, writable), Optional.of(file), immutableFiles.open(file));
            case LiteralCap file -> new OpenBytes(statuses.of(entry, writable), file.data());
            case MutableReadCap file -> open(entry, mutableFiles.read(file), writable);
            case MutableWriteCap file -> open(entry, mutableFiles.read(file.readOnly()), writable);
            case DirectoryCap _ -> throw new FileSystemException(path.toString(), null, "is a directory");
            case VerifyCap _, UnknownCap _ -> throw new AccessDeniedException(path.toString(), null, "cannot be read");
        };
    }

    /// Opens a file that never changes, whether it has a name or not.
    public OpenFile open(ChkReadCap file) {
        var status = FileStatus.unlinked(file.size(), FileStatus.FILE_MODE, Instant.EPOCH);
        return new OpenChkFile(status, Optional.of(file), immutableFiles.open(file));
    }

    private static OpenFile open(Entry entry, byte[] contents, boolean writable) {
        return new OpenBytes(FileStatuses.ofFile(entry, contents.length, writable), contents);
    }

    /// Stores contents without giving them a name; the capability can be linked any number of times, now or later.
    public ReadCap upload(Plaintext contents) throws IOException {
        return immutableFiles.upload(contents);
    }

    /// Finds the key of contents that [#upload] will be given, while they are written.
    public ContentKey contentKey() {
        return immutableFiles.contentKey();
    }

    /// Gives a stored file a name, in one change. In place of another file it keeps what is said of that one (mode,
    /// foreign metadata, when the name was made) and not said anew; a mutable file takes the contents over and
    /// stays the file it is.
    ///
    /// @throws ChangedMeanwhileException if the rule is [LinkRule.IfStill] and something else has the name
    public void link(GridPath path, ReadCap file, FileMetadata said, LinkRule rule) throws IOException {
        link(file, said, Map.of(path, rule), Map.of());
    }

    /// The same with any number of names, and takes those in `gone` away that stand for what is given there: one
    /// change for each directory, and new names come before old ones go.
    public void link(ReadCap file, FileMetadata said, Map<GridPath, LinkRule> names, Map<GridPath, LinkIdentity> gone)
            throws IOException {
        links.link(file, said, names, gone);
    }

    /// Stores contents and links them in place of the file that may be there.
    public void put(GridPath path, Plaintext contents) throws IOException {
        paths.writableDirectory(path);
        link(path, upload(contents), FileMetadata.NONE, LinkRule.REPLACE);
    }

    /// Gives the file that `existing` names a second name. Directories cannot have two.
    ///
    /// @throws FileAlreadyExistsException if the name is taken
    public void hardLink(GridPath existing, GridPath name) throws IOException {
        Entry seen = paths.entry(existing);
        GridPaths.checkNoDirectory(existing, seen);
        add(name, seen.child(), seen.metadata());
    }

    /// Makes a directory.
    ///
    /// @throws FileAlreadyExistsException if the name is taken
    public void makeDirectory(GridPath path, FileMetadata said) throws IOException {
        if (path.isRoot()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        GridPaths.checkAbsent(
                path, directories.read(paths.writableDirectory(path)).get(path.name()));
        Child made = Child.of(directories.create());
        add(path, made, FileLinks.said(made, Metadata.empty(), said));
    }

    /// Adds an entry under a name that nobody has.
    private void add(GridPath path, Child child, Metadata metadata) throws IOException {
        Metadata linked = metadata.movedAt(clock.instant());
        directories.change(paths.writableDirectory(path), names -> add(names, path, child, linked));
    }

    private static void add(Names names, GridPath path, Child child, Metadata metadata) throws IOException {
        GridPaths.checkAbsent(path, names.get(path.name()));
        names.add(new Entry(path.name(), child, metadata));
    }

    /// Removes a file's name.
    public void remove(GridPath path) throws IOException {
        Entry gone = paths.entry(path);
        GridPaths.checkNoDirectory(path, gone);
        unlink(path, gone);
    }

    /// Removes an empty directory. What another gateway puts into it at the same moment loses its name.
    ///
    /// @throws DirectoryNotEmptyException if it is not
    public void removeDirectory(GridPath path) throws IOException {
        Entry gone = paths.entry(path);
        if (!(gone.child().cap() instanceof DirectoryCap directory)) {
            throw new NotDirectoryException(path.toString());
        }
        paths.writableDirectory(path);
        directories.removeEmpty(directory, path.toString(), () -> unlink(path, gone));
    }

    /// Removes a name if it still stands for what was seen under it.
    private void unlink(GridPath path, Entry seen) throws IOException {
        directories.change(paths.writableDirectory(path), names -> {
            if (!stands(names.get(path.name()), seen)) {
                throw new NoSuchFileException(path.toString());
            }
            names.remove(path.name());
        });
    }

    private static boolean stands(Optional<Entry> there, Entry seen) {
        return there.isPresent() && there.get().child().equals(seen.child());
    }

    /// Gives a file or directory another name, maybe in another directory. Within one directory and in place of what
    /// has the name this is one change; else the new name comes first and then the old one goes, so that both may
    /// show for a moment.
    public void rename(GridPath from, GridPath to, RenameRule rule) throws IOException {
        Entry moved = paths.entry(from);
        if (to.equals(from)) {
            return;
        }
        if (to.startsWith(from) || to.isRoot()) {
            throw new FileSystemException(from.toString(), to.toString(), "a directory cannot be moved into itself");
        }
        paths.writableDirectory(from);
        Optional<Entry> there = directories.read(paths.writableDirectory(to)).get(to.name());
        switch (rule) {
            case IF_ABSENT -> {
                GridPaths.checkAbsent(to, there);
                add(to, moved.child(), moved.metadata());
                removeIfUnchanged(from, moved);
            }
            case REPLACE -> {
                if (there.isPresent() && there.get().child().cap() instanceof DirectoryCap directory) {
                    if (!GridPaths.isDirectory(moved)) {
                        throw new FileSystemException(from.toString(), to.toString(), "is a directory");
                    }
                    directories.removeEmpty(directory, to.toString(), () -> replace(from, moved, to, there));
                } else if (there.isPresent() && GridPaths.isDirectory(moved)) {
                    throw new NotDirectoryException(to.toString());
                } else {
                    replace(from, moved, to, there);
                }
            }
        }
    }

    private void replace(GridPath from, Entry moved, GridPath to, Optional<Entry> seen) throws IOException {
        boolean within = from.parent().equals(to.parent());
        Metadata metadata = moved.metadata().movedAt(clock.instant());
        directories.change(paths.writableDirectory(to), names -> {
            Optional<Entry> there = names.get(to.name());
            if (there.isPresent() && GridPaths.isDirectory(there.get()) && !stands(seen, there.get())) {
                throw new FileAlreadyExistsException(to.toString());
            }
            if (within) {
                if (!stands(names.get(from.name()), moved)) {
                    throw new NoSuchFileException(from.toString());
                }
                names.remove(from.name());
            }
            names.put(new Entry(to.name(), moved.child(), metadata));
        });
        if (!within) {
            removeIfUnchanged(from, moved);
        }
    }

    /// What somebody else has put under the old name meanwhile stays.
    private void removeIfUnchanged(GridPath path, Entry seen) throws IOException {
        directories.change(paths.writableDirectory(path), names -> {
            if (stands(names.get(path.name()), seen)) {
                names.remove(path.name());
            }
        });
    }

    /// Changes what is said of a file or directory; what is empty in `said` stays.
    public void setAttributes(GridPath path, FileMetadata said) throws IOException {
        links.setAttributes(path, said);
    }
}
