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
import org.truckee.client.directory.Metadata;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.immutable.ChkFile;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.client.immutable.Uploader;
import org.truckee.client.mutable.MutableFiles;

/// A tree of directories and files on the grid, by path. What a path means is decided here, for every door.
/// Safe for use by any number of threads.
public final class GridFiles {
    private final DirectoryCap root;
    private final Directories directories;
    private final MutableFiles mutableFiles;
    private final Uploader uploader;
    private final KnownServers servers;
    private final UploadPolicy policy;
    private final InstantSource clock;

    public GridFiles(
            DirectoryCap root,
            Directories directories,
            MutableFiles mutableFiles,
            Uploader uploader,
            KnownServers servers,
            UploadPolicy policy,
            InstantSource clock) {
        this.root = root;
        this.directories = directories;
        this.mutableFiles = mutableFiles;
        this.uploader = uploader;
        this.servers = servers;
        this.policy = policy;
        this.clock = clock;
    }

    /// What is known of a path.
    ///
    /// @throws NoSuchFileException if nothing is there
    public FileStatus stat(GridPath path) throws IOException {
        return path.isRoot() ? status(root, Metadata.empty()) : status(entry(path));
    }

    /// The names in a directory, in order, with what is known of each; names that no path can have are left out.
    public Map<String, FileStatus> list(GridPath path) throws IOException {
        var names = new LinkedHashMap<String, FileStatus>();
        for (Entry entry : directories.read(directory(path)).entries()) {
            if (GridPath.isName(entry.name())) {
                names.put(entry.name(), status(entry));
            }
        }
        return names;
    }

    /// Opens a file for reading.
    public OpenFile open(GridPath path) throws IOException {
        Cap cap = path.isRoot() ? root : entry(path).child().cap();
        return switch (cap) {
            case ChkReadCap file -> new OpenChkFile(new ChkFile(file, servers));
            case LiteralCap file -> new OpenBytes(file.data());
            case MutableReadCap file -> new OpenBytes(mutableFiles.read(file));
            case MutableWriteCap file -> new OpenBytes(mutableFiles.read(file.readOnly()));
            case DirectoryCap _ -> throw new FileSystemException(path.toString(), null, "is a directory");
            case VerifyCap _, UnknownCap _ -> throw new AccessDeniedException(path.toString(), null, "cannot be read");
        };
    }

    /// Uploads contents and links them at `path`, in place of the file that may be there.
    public void put(GridPath path, Plaintext contents) throws IOException {
        DirectoryCap parent = directory(path.parent());
        ReadCap file = upload(contents);
        Instant now = clock.instant();
        directories.modify(parent, table -> {
            Optional<Entry> before = table.get(path.name());
            if (before.isPresent() && before.get().child().cap() instanceof DirectoryCap) {
                throw new FileSystemException(path.toString(), null, "is a directory");
            }
            Metadata metadata = before.map(Entry::metadata).orElse(Metadata.empty());
            table.put(new Entry(path.name(), Child.of(file), metadata.linkedAt(now)));
        });
    }

    private ReadCap upload(Plaintext contents) throws IOException {
        if (contents.size() <= LiteralCap.MAX_BYTES) {
            var bytes = new byte[(int) contents.size()];
            contents.read(0, bytes, 0, bytes.length);
            return new LiteralCap(bytes);
        }
        var segmentation = Segmentation.of(policy.encoding(), contents.size(), Segmentation.DEFAULT_SEGMENT_BYTES);
        var source = EncryptedFile.convergent(contents, policy.convergence(), segmentation);
        var report = uploader.upload(source, policy.happy());
        return new ChkReadCap(
                source.key(),
                report.cap().uriExtensionHash(),
                report.cap().encoding(),
                report.cap().size());
    }

    /// Makes a directory.
    ///
    /// @throws FileAlreadyExistsException if the name is taken
    public void makeDirectory(GridPath path) throws IOException {
        if (path.isRoot()
                || directories.read(directory(path.parent())).get(path.name()).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Child made = Child.of(directories.create());
        Instant now = clock.instant();
        directories.modify(directory(path.parent()), table -> {
            if (table.get(path.name()).isPresent()) {
                throw new FileAlreadyExistsException(path.toString());
            }
            table.put(new Entry(path.name(), made, Metadata.empty().linkedAt(now)));
        });
    }

    /// Removes a file.
    public void remove(GridPath path) throws IOException {
        Entry gone = entry(path);
        if (gone.child().cap() instanceof DirectoryCap) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        unlink(path, gone);
    }

    /// Removes an empty directory.
    ///
    /// @throws DirectoryNotEmptyException if it is not
    public void removeDirectory(GridPath path) throws IOException {
        if (path.isRoot()) {
            throw new AccessDeniedException("/", null, "the root stays");
        }
        Entry gone = entry(path);
        if (!directories.read(directory(path)).isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        unlink(path, gone);
    }

    /// Removes a name if it still stands for what was seen under it.
    private void unlink(GridPath path, Entry seen) throws IOException {
        directories.modify(directory(path.parent()), table -> {
            Optional<Entry> there = table.get(path.name());
            if (there.filter(entry -> entry.child().equals(seen.child())).isEmpty()) {
                throw new NoSuchFileException(path.toString());
            }
            table.remove(path.name());
        });
    }

    /// Gives a file or directory another name, maybe in another directory; with `replace` in place of the file that
    /// may have that name. Within one directory this is one change; else the new name comes first and then the old
    /// one goes.
    ///
    /// @throws FileAlreadyExistsException if the new name is taken and `replace` is not given
    public void rename(GridPath from, GridPath to, boolean replace) throws IOException {
        Entry seen = entry(from);
        if (to.equals(from)) {
            return;
        }
        if (to.startsWith(from)) {
            throw new FileSystemException(from.toString(), to.toString(), "a directory cannot be moved into itself");
        }
        boolean within = from.parent().equals(to.parent());
        directories.modify(directory(to.parent()), table -> {
            Optional<Entry> there = table.get(to.name());
            if (there.isPresent() && (!replace || there.get().child().cap() instanceof DirectoryCap)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            Entry moved = seen;
            if (within) {
                moved = table.get(from.name()).orElseThrow(() -> new NoSuchFileException(from.toString()));
                table.remove(from.name());
            }
            table.put(new Entry(to.name(), moved.child(), moved.metadata().movedAt(clock.instant())));
        });
        if (!within) {
            unlink(from, seen);
        }
    }

    private DirectoryCap directory(GridPath path) throws IOException {
        if (path.isRoot()) {
            return root;
        }
        if (entry(path).child().cap() instanceof DirectoryCap directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    private Entry entry(GridPath path) throws IOException {
        if (path.isRoot()) {
            throw new AccessDeniedException("/", null, "the root has no name");
        }
        return directories
                .read(directory(path.parent()))
                .get(path.name())
                .orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    private FileStatus status(Entry entry) {
        return status(entry.child().cap(), entry.metadata());
    }

    private FileStatus status(Cap cap, Metadata metadata) {
        Instant modified = Instant.ofEpochMilli(metadata.linkModifiedMillis().orElse(0));
        boolean writable = !metadata.noWrite();
        return switch (cap) {
            case DirectoryCap directory ->
                new FileStatus(FileStatus.Kind.DIRECTORY, 0, directory.file() instanceof MutableWriteCap, modified);
            case ChkReadCap file -> new FileStatus(FileStatus.Kind.FILE, file.size(), writable, modified);
            case LiteralCap file -> new FileStatus(FileStatus.Kind.FILE, file.data().length, writable, modified);
            case MutableReadCap file -> mutableStatus(file, false, modified);
            case MutableWriteCap file -> mutableStatus(file.readOnly(), writable, modified);
            case VerifyCap _, UnknownCap _ -> new FileStatus(FileStatus.Kind.UNKNOWN, 0, false, modified);
        };
    }

    /// The size of a mutable file is known by reading it only; one that cannot be read is shown nevertheless.
    private FileStatus mutableStatus(MutableReadCap cap, boolean writable, Instant modified) {
        try {
            return new FileStatus(FileStatus.Kind.FILE, mutableFiles.read(cap).length, writable, modified);
        } catch (IOException e) {
            return new FileStatus(FileStatus.Kind.UNKNOWN, 0, false, modified);
        }
    }

    private record OpenChkFile(ChkFile file) implements OpenFile {
        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long offset, byte[] target, int at, int length) throws IOException {
            return file.read(offset, target, at, length);
        }

        @Override
        public void close() {}
    }

    private static final class OpenBytes implements OpenFile {
        private final byte[] bytes;

        OpenBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(long offset, byte[] target, int at, int length) {
            if (offset >= bytes.length) {
                return -1;
            }
            int read = (int) Math.min(length, bytes.length - offset);
            System.arraycopy(bytes, (int) offset, target, at, read);
            return read;
        }

        @Override
        public void close() {}
    }
}
