package org.truckee.client.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.Directories;
import org.truckee.client.directory.Entry;

/// What the paths of a tree lead to, and refusals of what must not be there.
record GridPaths(DirectoryCap root, Directories directories) {
    DirectoryCap directory(GridPath path) throws IOException {
        if (path.isRoot()) {
            return root;
        }
        if (entry(path).child().cap() instanceof DirectoryCap directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    /// The directory that a path is in, to be changed.
    DirectoryCap writableDirectory(GridPath path) throws IOException {
        if (path.isRoot()) {
            throw new AccessDeniedException("/", null, "the root has no name");
        }
        DirectoryCap parent = directory(path.parent());
        if (!isWritable(parent)) {
            throw new AccessDeniedException(path.toString(), null, "the directory that it is in is read-only");
        }
        return parent;
    }

    Entry entry(GridPath path) throws IOException {
        if (path.isRoot()) {
            throw new AccessDeniedException("/", null, "the root has no name");
        }
        return entry(directory(path.parent()), path);
    }

    Entry entry(DirectoryCap parent, GridPath path) throws IOException {
        return directories.read(parent).get(path.name()).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    static boolean isDirectory(Entry entry) {
        return entry.child().cap() instanceof DirectoryCap;
    }

    static boolean isWritable(DirectoryCap directory) {
        return directory.file() instanceof MutableWriteCap;
    }

    static void checkAbsent(GridPath path, Optional<Entry> there) throws FileAlreadyExistsException {
        if (there.isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    static void checkNoDirectory(GridPath path, Entry there) throws FileSystemException {
        if (isDirectory(there)) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
    }

    static void checkMayBeWritten(GridPath path, Entry there) throws AccessDeniedException {
        if (there.metadata().noWrite() || there.child().cap() instanceof MutableReadCap) {
            throw new AccessDeniedException(path.toString(), null, "the file is read-only");
        }
    }
}
