package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
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
        FileStatus status = files.stat(path);
        if (open.isGone(path, status.identity())) {
            throw new NoSuchFileException(path.toString());
        }
        return status;
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

    SequencedMap<String, FileStatus> list(GridPath directory) throws IOException {
        var names = new LinkedHashMap<>(files.list(directory));
        names.entrySet()
                .removeIf(entry -> open.isGone(
                        directory.child(entry.getKey()), entry.getValue().identity()));
        open.in(directory).forEach((path, file) -> {
            if (file.isPending()) {
                names.put(path.name(), file.status());
            }
        });
        return names;
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
