package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.LinkRule;
import org.truckee.client.files.OpenFile;
import org.truckee.client.files.RenameRule;

/// A tree as this gateway shows it to all who use it: what is on the grid, and over it the files that they have open
/// and are writing. Safe for use by any number of threads.
final class Tree {
    private final GridFiles files;
    private final Staging staging;
    private final LongSupplier gridBytes;
    private final InstantSource clock;
    private final OpenFiles open = new OpenFiles();

    /// `gridBytes` is how much of files the grid can take.
    Tree(GridFiles files, Staging staging, LongSupplier gridBytes, InstantSource clock) {
        this.files = files;
        this.staging = staging;
        this.gridBytes = gridBytes;
        this.clock = clock;
    }

    boolean isReadOnly() {
        return files.isReadOnly();
    }

    /// The file that somebody has open under a name.
    Optional<TreeFile> openAt(GridPath path) {
        return open.at(path);
    }

    FileStatus stat(GridPath path) throws IOException {
        Optional<TreeFile> file = pendingAt(path);
        return file.isPresent() ? file.get().status() : files.stat(path);
    }

    private Optional<TreeFile> pendingAt(GridPath path) {
        return open.at(path).filter(TreeFile::isPending);
    }

    private Optional<FileStatus> statIfThere(GridPath path) throws IOException {
        try {
            return Optional.of(stat(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    SequencedMap<String, FileStatus> list(GridPath directory) throws IOException {
        var names = new LinkedHashMap<>(files.list(directory));
        open.in(directory).forEach((path, file) -> {
            if (file.isPending()) {
                names.put(path.name(), file.status());
            }
        });
        return names;
    }

    /// Opens a file, with a handle that [#leave] gives back.
    TreeFile open(GridPath path, OpenMode mode, FileMetadata said) throws IOException {
        if (mode.isExclusive()) {
            return makeExclusively(path, said);
        }
        while (true) {
            Optional<TreeFile> joined = joinCurrent(path, mode);
            if (joined.isPresent()) {
                return joined.get();
            }
            TreeFile file = opened(path, mode, said);
            if (open.add(path, file)) {
                return file;
            }
            file.close();
        }
    }

    /// Joins those who have the file open, if what they have is what the name stands for now.
    private Optional<TreeFile> joinCurrent(GridPath path, OpenMode mode) throws IOException {
        Optional<TreeFile> joined = open.join(path);
        if (joined.isEmpty()) {
            return joined;
        }
        TreeFile file = joined.get();
        try {
            if (!file.isPending() && !files.stat(path).identity().equals(file.identity())) {
                open.removeName(path);
                leave(file);
                return Optional.empty();
            }
            if (mode.writes()) {
                checkMayBeWritten(path, stat(path));
            }
            if (mode.truncates()) {
                file.truncate(0);
            }
            return joined;
        } catch (IOException | RuntimeException e) {
            leave(file);
            throw e;
        }
    }

    private TreeFile opened(GridPath path, OpenMode mode, FileMetadata said) throws IOException {
        Optional<FileStatus> there = statIfThere(path);
        if (there.isEmpty()) {
            if (!mode.creates()) {
                throw new NoSuchFileException(path.toString());
            }
            checkTakesFiles(path.parent());
            return TreeFile.made(files, FileContents.empty(staging), said, Optional.empty(), clock);
        }
        FileStatus status = there.get();
        if (mode.writes()) {
            checkMayBeWritten(path, status);
        }
        if (mode.truncates()) {
            return new TreeFile(files, FileContents.empty(staging), status, clock);
        }
        OpenFile file = files.open(path);
        return new TreeFile(files, FileContents.of(file, staging), file.status(), clock);
    }

    /// Makes a file that must not be there yet; an empty one keeps the name until it is written.
    private TreeFile makeExclusively(GridPath path, FileMetadata said) throws IOException {
        if (pendingAt(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        files.link(path, new LiteralCap(new byte[0]), FileMetadata.NONE, LinkRule.IF_ABSENT);
        var placeholder = files.stat(path).identity();
        TreeFile file = TreeFile.made(files, FileContents.empty(staging), said, placeholder, clock);
        while (!open.add(path, file)) {
            open.removeName(path);
        }
        return file;
    }

    private static void checkMayBeWritten(GridPath path, FileStatus status) throws IOException {
        if (status.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        if (!status.writable()) {
            throw new AccessDeniedException(path.toString(), null, "is read-only");
        }
    }

    private void checkTakesFiles(GridPath directory) throws IOException {
        FileStatus status = files.stat(directory);
        if (!status.isDirectory()) {
            throw new NotDirectoryException(directory.toString());
        }
        if (!status.writable()) {
            throw new AccessDeniedException(directory.toString(), null, "is read-only");
        }
    }

    /// Stores what was written to a file, under the names that it has.
    void publish(TreeFile file) throws IOException {
        file.publish(open);
    }

    /// Stores what was written to a file and gives a handle back.
    void close(TreeFile file) throws IOException {
        try {
            publish(file);
        } finally {
            leave(file);
        }
    }

    /// Gives a handle back; what is pending and has no other handle is forgotten.
    void leave(TreeFile file) throws IOException {
        if (open.leave(file)) {
            file.close();
        }
    }

    void setAttributes(GridPath path, SftpAttributes said) throws IOException {
        if (said.size().isPresent()) {
            truncate(path, said.size().getAsLong());
        }
        if (path.isRoot()) {
            // it has no entry to keep them in, and tools that copy trees end with an attempt
            files.stat(path);
            return;
        }
        naming(path::equals, () -> {
            Optional<TreeFile> pending = pendingAt(path);
            if (pending.isPresent()) {
                pending.get().say(said.metadata());
            } else {
                files.setAttributes(path, said.metadata());
            }
        });
    }

    /// Says something of an open file, whatever its names.
    void setAttributes(TreeFile file, FileMetadata said) throws IOException {
        file.naming().lock();
        try {
            List<GridPath> names = open.names(file);
            if (file.isPending() || names.isEmpty()) {
                file.say(said);
            } else {
                files.setAttributes(names.getFirst(), said);
            }
        } finally {
            file.naming().unlock();
        }
    }

    private void truncate(GridPath path, long size) throws IOException {
        TreeFile file = open(path, OpenMode.CHANGE, FileMetadata.NONE);
        try {
            if (file.status().bytes() != size) {
                file.truncate(size);
            }
            if (open.hasOneHandle(file)) {
                publish(file);
            }
        } finally {
            leave(file);
        }
    }

    void makeDirectory(GridPath path, FileMetadata said) throws IOException {
        if (pendingAt(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        files.makeDirectory(path, said);
    }

    void removeDirectory(GridPath path) throws IOException {
        if (!open.with(name -> name.startsWith(path) && !name.equals(path)).isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        files.removeDirectory(path);
    }

    /// Those who have it open keep it until they close it.
    void remove(GridPath path) throws IOException {
        naming(path::equals, () -> {
            removeFromGrid(path, pendingAt(path).isPresent());
            open.removeName(path);
        });
    }

    private void removeFromGrid(GridPath path, boolean mayBeAbsent) throws IOException {
        try {
            files.remove(path);
        } catch (NoSuchFileException e) {
            if (!mayBeAbsent) {
                throw e;
            }
        }
    }

    void rename(GridPath from, GridPath to, RenameRule rule) throws IOException {
        naming(name -> name.startsWith(from) || name.equals(to), () -> {
            Optional<TreeFile> pending = pendingAt(from);
            if (rule == RenameRule.IF_ABSENT && pendingAt(to).isPresent()) {
                throw new FileAlreadyExistsException(to.toString());
            }
            if (pending.isPresent()) {
                renamePending(pending.get(), from, to, rule);
            } else {
                files.rename(from, to, rule);
            }
            open.move(from, to);
        });
    }

    /// What the grid has of the file moves; an empty file that only keeps the old name is not shown under the new
    /// one.
    private void renamePending(TreeFile file, GridPath from, GridPath to, RenameRule rule) throws IOException {
        Optional<FileStatus> there = statIfThere(to);
        if (there.isPresent() && rule == RenameRule.IF_ABSENT) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (there.isPresent()) {
            checkIsNoDirectory(to, there.get());
        }
        checkTakesFiles(to.parent());
        if (file.isPlaceholder()) {
            removeFromGrid(from, true);
            file.forgetPlaceholder();
        } else if (file.identity().isPresent()) {
            files.rename(from, to, rule);
        }
    }

    private static void checkIsNoDirectory(GridPath path, FileStatus status) throws FileSystemException {
        if (status.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
    }

    /// Gives a file a second name.
    void hardLink(GridPath existing, GridPath name) throws IOException {
        naming(path -> path.equals(existing) || path.equals(name), () -> {
            Optional<TreeFile> pending = pendingAt(existing);
            if (pending.isEmpty()) {
                files.hardLink(existing, name);
                return;
            }
            if (statIfThere(name).isPresent()) {
                throw new FileAlreadyExistsException(name.toString());
            }
            checkTakesFiles(name.parent());
            open.addName(pending.get(), name);
        });
    }

    /// How many bytes of files can be stored; never more than can be staged.
    long freeBytes(GridPath path) throws IOException {
        files.stat(path);
        return Math.min(gridBytes.getAsLong(), staging.usableBytes());
    }

    /// Something that is done to names.
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /// Changes names while nobody publishes the files that have them.
    private void naming(Predicate<GridPath> concerned, Change change) throws IOException {
        while (true) {
            List<TreeFile> locked = open.with(concerned);
            Deque<TreeFile> held = new ArrayDeque<>();
            try {
                for (TreeFile file : locked) {
                    file.naming().lock();
                    held.push(file);
                }
                if (open.with(concerned).equals(locked)) {
                    change.make();
                    return;
                }
            } finally {
                held.forEach(file -> file.naming().unlock());
            }
        }
    }
}
