package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;

/// Changes of the names in a tree: of what is on the grid at once; of what is not there yet by noting what it is to
/// be called. Safe for use by any number of threads.
final class TreeNames {
    private final GridFiles files;
    private final OpenFiles open;
    private final TreeGround ground;
    private final TreeView view;

    TreeNames(TreeGround ground, TreeView view) {
        this.files = ground.files();
        this.open = ground.open();
        this.ground = ground;
        this.view = view;
    }

    void makeDirectory(GridPath path, FileMetadata said) throws IOException {
        if (view.pendingAt(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        settle(path::equals);
        files.makeDirectory(path, said);
    }

    void removeDirectory(GridPath path) throws IOException {
        checkHoldsNothingOpen(path);
        settle(name -> name.startsWith(path));
        files.removeDirectory(path);
    }

    private void checkHoldsNothingOpen(GridPath directory) throws IOException {
        Predicate<GridPath> within = name -> name.startsWith(directory) && !name.equals(directory);
        for (TreeFile file : open.with(within)) {
            if (file.paths().stream().anyMatch(within)) {
                throw new DirectoryNotEmptyException(directory.toString());
            }
        }
    }

    /// Those who have it open keep it until they close it.
    void remove(GridPath path) throws IOException {
        naming(path::equals, () -> {
            Optional<TreeFile> pending = view.pendingAt(path);
            if (pending.isEmpty()) {
                view.statOnGrid(path);
                files.remove(path);
            } else {
                rename(pending.get(), names -> names.without(path));
            }
            for (TreeFile other : open.all(path)) {
                rename(other, names -> names.dropped(path));
            }
        });
    }

    /// What is written to a file after somebody else replaced it goes nowhere.
    void dropIfReplaced(GridPath path, TreeFile file) throws IOException {
        naming(path::equals, () -> {
            if (view.isReplaced(path, file)) {
                open.change(file, names -> names.dropped(path));
            }
        });
    }

    /// Takes away what the names say then: others may link files while this waits, and what they link may look like
    /// what was to go.
    private void takeAway(Supplier<NameSet> names, Predicate<GridPath> concerned) throws IOException {
        ground.linking().writeLock().lock();
        try {
            for (var gone : names.get().gone().entrySet()) {
                if (concerned.test(gone.getKey())) {
                    takeAway(gone.getKey(), gone.getValue());
                }
            }
        } finally {
            ground.linking().writeLock().unlock();
        }
    }

    private void takeAway(GridPath path, LinkIdentity seen) throws IOException {
        try {
            if (view.onGrid(path).filter(seen::equals).isPresent()) {
                files.remove(path);
            }
        } catch (NoSuchFileException e) {
            // somebody else was faster
        }
    }

    /// Takes away now what is as good as gone under such names.
    void settle(Predicate<GridPath> concerned) throws IOException {
        if (!open.gone(concerned).isEmpty()) {
            naming(concerned, () -> settleNow(concerned));
        }
    }

    /// The caller holds the naming locks.
    private void settleNow(Predicate<GridPath> concerned) throws IOException {
        for (TreeFile file : open.with(concerned)) {
            takeAway(() -> open.names(file), concerned);
            rename(file, names -> names.settled(concerned));
        }
    }

    /// Gives an open file other names, which outlast the gateway if the file is pending. Where it has none any more
    /// it is never published, so what was to go then goes now. The caller holds its naming lock.
    void rename(TreeFile file, UnaryOperator<NameSet> change) throws IOException {
        NameSet names = change.apply(open.names(file));
        if (names.equals(open.names(file))) {
            return;
        }
        if (!names.isEmpty()) {
            file.rename(change);
            return;
        }
        takeAway(() -> change.apply(open.names(file)), _ -> true);
        if (open.set(file, NameSet.NONE)) {
            file.discard();
        } else {
            file.forget();
        }
    }

    void rename(GridPath from, GridPath to, RenameRule rule) throws IOException {
        naming(name -> name.startsWith(from) || name.equals(to), () -> {
            Optional<TreeFile> pending = view.pendingAt(from);
            if (pending.isPresent()) {
                renamePending(pending.get(), from, to, rule);
            } else {
                renameOnGrid(from, to, rule);
            }
        });
    }

    private void renameOnGrid(GridPath from, GridPath to, RenameRule rule) throws IOException {
        view.statOnGrid(from);
        if (rule == RenameRule.IF_ABSENT && view.pendingAt(to).isPresent()) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (to.equals(from)) {
            return;
        }
        checkHoldsNothingOpen(to);
        settleNow(to::equals);
        files.rename(from, to, rule);
        for (TreeFile replaced : open.all(to)) {
            rename(replaced, names -> names.dropped(to));
        }
        for (TreeFile moved : open.with(name -> name.startsWith(from))) {
            rename(moved, names -> names.moved(from, to));
        }
    }

    /// The grid follows when the file is published, in one change: what has the new name is replaced, and what is
    /// still under the old one goes. What it covers moves along: it still counts if nobody closes the file.
    private void renamePending(TreeFile file, GridPath from, GridPath to, RenameRule rule) throws IOException {
        Optional<FileStatus> there = view.statIfThere(to);
        if (to.equals(from)) {
            return;
        }
        if (there.isPresent() && rule == RenameRule.IF_ABSENT) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (there.isPresent()) {
            TreeView.checkIsNoDirectory(to, there.get());
        }
        view.checkTakesFiles(to.parent());
        file.sayMode();
        Optional<LinkIdentity> replaces = view.onGrid(to);
        List<TreeFile> replaced = open.others(to, file);
        for (TreeFile covered : open.others(from, file)) {
            rename(covered, names -> names.dropped(from).with(to, replaces));
        }
        rename(file, names -> names.without(from).with(to, replaces));
        for (TreeFile other : replaced) {
            rename(other, names -> names.dropped(to));
        }
    }

    /// Gives a file a second name.
    void hardLink(GridPath existing, GridPath name) throws IOException {
        naming(path -> path.equals(existing) || path.equals(name), () -> {
            if (view.statIfThere(name).isPresent()) {
                throw new FileAlreadyExistsException(name.toString());
            }
            Optional<TreeFile> pending = view.pendingAt(existing);
            if (pending.isEmpty()) {
                view.statOnGrid(existing);
                settleNow(name::equals);
                files.hardLink(existing, name);
                nameToo(existing, name);
                return;
            }
            view.checkTakesFiles(name.parent());
            Optional<LinkIdentity> replaces = view.onGrid(name);
            rename(pending.get(), names -> names.with(name, replaces));
        });
    }

    /// Those who have a file open write it under a name, too, that it got meanwhile.
    private void nameToo(GridPath existing, GridPath name) throws IOException {
        Optional<LinkIdentity> linked = view.onGrid(name);
        for (TreeFile file : open.all(existing)) {
            if (file.identity().equals(linked)) {
                rename(file, names -> names.with(name, linked));
            }
        }
    }

    /// Something that is done to names.
    @FunctionalInterface
    interface Change {
        void make() throws IOException;
    }

    /// Changes names while nobody publishes the files that have them.
    void naming(Predicate<GridPath> concerned, Change change) throws IOException {
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
