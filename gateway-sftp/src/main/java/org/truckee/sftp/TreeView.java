package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;

/// What a tree shows: what is on the grid, and over it what is not there yet.
record TreeView(GridFiles files, OpenFiles open) {
    FileStatus stat(GridPath path) throws IOException {
        Optional<TreeFile> file = pendingAt(path);
        return file.isPresent() ? file.get().status() : statOnGrid(path);
    }

    /// What the grid has, but for what is as good as gone.
    FileStatus statOnGrid(GridPath path) throws IOException {
        while (true) {
            var gone = open.gone(path::equals);
            FileStatus status = files.stat(path);
            if (gone.equals(open.gone(path::equals))) {
                if (isIn(gone, path, status)) {
                    throw new NoSuchFileException(path.toString());
                }
                return status;
            }
        }
    }

    /// Whether a name stands for something else on the grid than an open file that has it, which is not pending. Only
    /// who holds the file's naming lock can rely on it.
    boolean isReplaced(GridPath path, TreeFile file) throws IOException {
        if (file.isPending()) {
            return false;
        }
        try {
            return !statOnGrid(path).identity().equals(file.identity());
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private static boolean isIn(Map<GridPath, Set<LinkIdentity>> gone, GridPath path, FileStatus status) {
        return status.identity()
                .filter(gone.getOrDefault(path, Set.of())::contains)
                .isPresent();
    }

    /// The file of that name that differs from the grid.
    Optional<TreeFile> pendingAt(GridPath path) {
        return open.at(path).filter(TreeFile::isPending);
    }

    Optional<FileStatus> statIfThere(GridPath path) throws IOException {
        try {
            return Optional.of(stat(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// What the grid has there, be it as good as gone or not.
    Optional<LinkIdentity> onGrid(GridPath path) throws IOException {
        try {
            return files.stat(path).identity();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Looks at what is pending first: what is published meanwhile is on the grid when that is looked at.
    SequencedMap<String, FileStatus> list(GridPath directory) throws IOException {
        Predicate<GridPath> within = path -> path.parent().equals(directory);
        while (true) {
            var gone = open.gone(within);
            Map<String, FileStatus> pending = pendingIn(directory);
            var names = new LinkedHashMap<>(files.list(directory));
            if (gone.equals(open.gone(within))) {
                names.entrySet().removeIf(entry -> isIn(gone, directory.child(entry.getKey()), entry.getValue()));
                names.putAll(pending);
                return names;
            }
        }
    }

    private Map<String, FileStatus> pendingIn(GridPath directory) {
        var pending = new LinkedHashMap<String, FileStatus>();
        open.in(directory).forEach((path, file) -> {
            if (file.isPending()) {
                pending.put(path.name(), file.status());
            }
        });
        return pending;
    }

    static void checkMayBeWritten(GridPath path, FileStatus status) throws IOException {
        if (status.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        if (!status.writable()) {
            throw new AccessDeniedException(path.toString(), null, "is read-only");
        }
    }

    void checkTakesFiles(GridPath directory) throws IOException {
        FileStatus status = files.stat(directory);
        if (!status.isDirectory()) {
            throw new NotDirectoryException(directory.toString());
        }
        if (!status.writable()) {
            throw new AccessDeniedException(directory.toString(), null, "is read-only");
        }
    }

    static void checkIsNoDirectory(GridPath path, FileStatus status) throws FileSystemException {
        if (status.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
    }
}
