package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.LinkRule;
import org.truckee.client.files.OpenFile;
import org.truckee.client.files.RenameRule;

/// A tree as this gateway shows it to all who use it: what is on the grid, and over it the files that they have open
/// and are writing, and those that were closed and are not on the grid yet. Safe for use by any number of threads.
final class Tree {
    private static final Logger LOG = LoggerFactory.getLogger(Tree.class);

    private final GridFiles files;
    private final Staging staging;
    private final LongSupplier gridBytes;
    private final OpenFiles open = new OpenFiles();
    private final TreeGround ground;
    private final TreeView view;
    private final TreeNames names;

    /// Below `root`, which is the root of `files`; `gridBytes` is how much of files the grid can take.
    Tree(DirectoryCap root, GridFiles files, Staging staging, LongSupplier gridBytes, InstantSource clock) {
        this.files = files;
        this.staging = staging;
        this.gridBytes = gridBytes;
        this.ground = new TreeGround(root, files, open, clock);
        this.view = new TreeView(files, open);
        this.names = new TreeNames(ground, view);
    }

    boolean isReadOnly() {
        return files.isReadOnly();
    }

    /// The file that somebody has open under a name.
    Optional<TreeFile> openAt(GridPath path) {
        return open.at(path);
    }

    /// Everything that is open or not on the grid yet.
    List<TreeFile> openFiles() {
        return open.all();
    }

    FileStatus stat(GridPath path) throws IOException {
        return view.stat(path);
    }

    SequencedMap<String, FileStatus> list(GridPath directory) throws IOException {
        return view.list(directory);
    }

    void makeDirectory(GridPath path, FileMetadata said) throws IOException {
        names.makeDirectory(path, said);
    }

    void removeDirectory(GridPath path) throws IOException {
        names.removeDirectory(path);
    }

    /// Those who have it open keep it until they close it.
    void remove(GridPath path) throws IOException {
        names.remove(path);
    }

    void rename(GridPath from, GridPath to, RenameRule rule) throws IOException {
        names.rename(from, to, rule);
    }

    /// Gives a file a second name.
    void hardLink(GridPath existing, GridPath name) throws IOException {
        names.hardLink(existing, name);
    }

    /// Opens a file, with a handle that [#leave] gives back.
    TreeFile open(GridPath path, OpenMode mode, FileMetadata said) throws IOException {
        if (mode.isExclusive()) {
            return makeExclusively(path, said);
        }
        while (true) {
            Optional<TreeFile> covered = open.at(path).filter(file -> mode.truncates() && isLeft(file));
            Optional<TreeFile> joined = covered.isPresent() ? Optional.empty() : joinCurrent(path, mode);
            if (joined.isPresent()) {
                return joined.get();
            }
            Optional<TreeFile> file = opened(path, mode, said);
            if (file.isPresent()) {
                if (open.add(path, NameSet.of(path, seen(path, file.get(), covered)), file.get(), covered)) {
                    return file.get();
                }
                file.get().discard();
            }
        }
    }

    /// Whether the contents of a file that was closed are to stay, for the case that what replaces them is not
    /// closed. Else all who have the file open see them go.
    private boolean isLeft(TreeFile file) {
        return file.isOwed() && (file.refusal().isPresent() || !open.isOpen(file));
    }

    /// What a name stood for when a file was opened under it.
    private Optional<LinkIdentity> seen(GridPath path, TreeFile file, Optional<TreeFile> covered) {
        return covered.isPresent() ? open.names(covered.get()).seen(path) : file.identity();
    }

    /// Joins those who have the file open, if what they have is what the name stands for now.
    private Optional<TreeFile> joinCurrent(GridPath path, OpenMode mode) throws IOException {
        Optional<TreeFile> joined = open.join(path);
        if (joined.isEmpty()) {
            return joined;
        }
        TreeFile file = joined.get();
        try {
            if (view.isReplaced(path, file)) {
                names.dropIfReplaced(path, file);
                leave(file);
                return Optional.empty();
            }
            if (mode.writes()) {
                TreeView.checkMayBeWritten(path, view.stat(path));
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

    /// Empty if somebody took the file away or published it meanwhile.
    private Optional<TreeFile> opened(GridPath path, OpenMode mode, FileMetadata said) throws IOException {
        Optional<FileStatus> there = view.statIfThere(path);
        if (there.isEmpty()) {
            if (!mode.creates()) {
                throw new NoSuchFileException(path.toString());
            }
            view.checkTakesFiles(path.parent());
            return Optional.of(TreeFile.made(ground, FileContents.empty(staging, files::contentKey), said));
        }
        FileStatus status = there.get();
        if (mode.writes()) {
            TreeView.checkMayBeWritten(path, status);
        }
        if (mode.truncates()) {
            return Optional.of(new TreeFile(ground, FileContents.empty(staging, files::contentKey), status));
        }
        try {
            OpenFile file = files.open(path);
            return Optional.of(new TreeFile(ground, FileContents.of(file, staging, files::contentKey), file.status()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Makes a file that must not be there yet; an empty one keeps the name on the grid until it is written.
    private TreeFile makeExclusively(GridPath path, FileMetadata said) throws IOException {
        if (view.pendingAt(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        names.settle(path::equals);
        files.link(path, new LiteralCap(new byte[0]), FileMetadata.NONE, LinkRule.IF_ABSENT);
        var names = NameSet.of(path, files.stat(path).identity());
        TreeFile file = TreeFile.made(ground, FileContents.empty(staging, files::contentKey), said);
        for (Optional<TreeFile> there = open.at(path); !open.add(path, names, file, there); there = open.at(path)) {
            // somebody else came or went
        }
        return file;
    }

    /// Takes up a file that an earlier process left, to be published later.
    TreeFile restore(StagedRecord record) throws IOException {
        Optional<OpenFile> base = record.base().map((ChkReadCap cap) -> files.open(cap));
        TreeFile file =
                TreeFile.left(ground, FileContents.left(record, base, staging, files::contentKey), record.note());
        open.restore(record.note().names(), file);
        return file;
    }

    /// Stores what was written to a file, under the names that it has.
    void publish(TreeFile file) throws IOException {
        publish(file, TreeFile.Manner.AT_ONCE);
    }

    private void publish(TreeFile file, TreeFile.Manner manner) throws IOException {
        file.publish(manner);
        if (!file.isPending()) {
            for (GridPath path : file.paths()) {
                replaceOlder(path, file);
            }
        }
    }

    /// What was closed under a name before and is not on the grid has been replaced.
    private void replaceOlder(GridPath path, TreeFile file) throws IOException {
        for (TreeFile other : open.others(path, file)) {
            if (other.number() < file.number() && other.isOwed()) {
                names.naming(path::equals, () -> names.rename(other, names -> names.dropped(path)));
            }
        }
    }

    /// Tries again to store a file that was closed, unless somebody has just done it. Says whether it is stored.
    boolean publishLate(TreeFile file) throws IOException {
        if (!open.hold(file)) {
            return true;
        }
        try {
            publish(file, TreeFile.Manner.LATE);
            return !file.isPending();
        } finally {
            leave(file);
        }
    }

    /// Takes a file that was closed and cannot be stored away for good.
    void giveUp(TreeFile file) throws IOException {
        List<GridPath> paths = file.paths();
        names.naming(paths::contains, () -> names.rename(file, _ -> NameSet.NONE));
    }

    /// Stores what was written to a file and gives a handle back; what cannot be stored is kept, to be stored later.
    /// Where `rule` says so, it is stored later anyway.
    void close(TreeFile file, CloseRule rule) throws IOException {
        try {
            if (rule == CloseRule.STAGED) {
                file.closed(true);
                file.defer();
            } else {
                closeOnGrid(file);
            }
        } finally {
            leave(file);
        }
    }

    private void closeOnGrid(TreeFile file) throws IOException {
        try {
            file.closed(false);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                    .log("a file that is being stored would not survive the end of the gateway");
        }
        try {
            publish(file);
        } catch (IOException e) {
            throw file.isOwed() ? new KeptException(e) : e;
        }
    }

    /// A file is not on the grid, but is not lost either.
    static final class KeptException extends IOException {
        private static final long serialVersionUID = 1;

        KeptException(IOException cause) {
            super(SftpStatus.of(cause).message() + "; the gateway keeps the file and stores it when it can", cause);
        }
    }

    /// Gives a handle back. What is pending, was not closed and has no other handle is kept as incomplete.
    void leave(TreeFile file) throws IOException {
        Optional<NameSet> last = open.leave(file);
        if (last.isEmpty()) {
            return;
        }
        if (file.isPending() && !last.get().isEmpty()) {
            file.abandon(last.get()).ifPresent(staging::keep);
        } else {
            file.discard();
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
        names.naming(path::equals, () -> {
            Optional<TreeFile> pending = view.pendingAt(path);
            if (pending.isPresent()) {
                pending.get().say(said.metadata());
            } else {
                view.statOnGrid(path);
                files.setAttributes(path, said.metadata());
            }
        });
    }

    /// Says something of an open file, whatever its names.
    void setAttributes(TreeFile file, FileMetadata said) throws IOException {
        file.naming().lock();
        try {
            List<GridPath> names = file.paths();
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
                closeOnGrid(file);
            }
        } finally {
            leave(file);
        }
    }

    /// How many bytes of files can be stored; never more than can be staged.
    long freeBytes(GridPath path) throws IOException {
        files.stat(path);
        return Math.min(gridBytes.getAsLong(), staging.usableBytes());
    }
}
