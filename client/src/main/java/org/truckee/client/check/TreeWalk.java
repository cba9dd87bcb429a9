package org.truckee.client.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.FileCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.cap.WriteCap;
import org.truckee.client.directory.Directories;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.Listing;
import org.truckee.client.grid.Together;
import org.truckee.crypto.StorageIndex;

/// Goes over a whole tree: a directory, then what is in it, names in order, everything once however many names lead
/// to it. What cannot be read is told and passed over. Memory grows by sixteen bytes with every file, and with the
/// directories that lead to where the walk is. Belongs to one thread; a few files are looked after at once.
public final class TreeWalk {
    private static final int AT_ONCE = 8;

    private final Directories directories;
    private final Look look;
    private final Listener listener;
    private final SeenIndexes seen = new SeenIndexes();
    private final List<Found> waiting = new ArrayList<>();

    /// Whether the listener knows of what it was told last that it cannot be read.
    private boolean lastIsUnreadable;

    /// Looks after one thing; empty if it lies in its directory.
    @FunctionalInterface
    public interface Look {
        Optional<Checked> after(Cap cap) throws IOException;
    }

    /// Is told what the walk meets, in order. An exception ends the walk.
    @FunctionalInterface
    public interface Listener {
        void met(Met met) throws IOException;
    }

    private record Found(List<String> path, Cap cap) {}

    /// A directory in which the walk is, and what it has yet to meet there.
    private record Level(List<String> path, Iterator<Entry> left) {}

    public TreeWalk(Directories directories, Look look, Listener listener) {
        this.directories = directories;
        this.look = look;
        this.listener = listener;
    }

    /// Goes over the tree below `root`.
    public void over(DirectoryCap root) throws IOException {
        over(root, Optional.empty());
    }

    /// Goes on behind a path that was met by an earlier walk, be it there still or not.
    public void over(DirectoryCap root, Optional<List<String>> behind) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        lastIsUnreadable = false;
        if (isNew(root) && behind.isEmpty()) {
            meet(List.of(), root);
            flush();
        }
        enter(List.of(), root, behind, levels);
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            if (level.left().hasNext()) {
                Entry entry = level.left().next();
                step(append(level.path(), entry.name()), entry.child().cap(), behind, levels);
            } else {
                levels.removeLast();
            }
        }
        flush();
    }

    private void step(List<String> path, Cap cap, Optional<List<String>> behind, Deque<Level> levels)
            throws IOException {
        lastIsUnreadable = false;
        boolean metBefore = behind.filter(last -> startsWith(last, path)).isPresent();
        if (!isNew(cap) && !metBefore) {
            return;
        }
        if (!metBefore) {
            meet(path, cap);
        }
        if (cap instanceof DirectoryCap directory && isReadable(directory)) {
            flush();
            enter(path, directory, behind.filter(_ -> metBefore), levels);
        }
    }

    private static boolean isReadable(DirectoryCap directory) {
        return !(directory.file() instanceof VerifyCap);
    }

    /// Whether it was not met before; what lies in its directory always is.
    private boolean isNew(Cap cap) {
        return storageIndex(cap).map(seen::add).orElse(true);
    }

    private static Optional<StorageIndex> storageIndex(Cap cap) {
        return switch (cap) {
            case DirectoryCap directory -> storageIndex(directory.file());
            case FileCap file -> verifier(file).map(VerifyCap::storageIndex);
            case UnknownCap _ -> Optional.empty();
        };
    }

    private static Optional<VerifyCap> verifier(FileCap file) {
        return switch (file) {
            case WriteCap write -> write.readOnly().verifier();
            case ReadCap read -> read.verifier();
            case VerifyCap verify -> Optional.of(verify);
        };
    }

    /// The names in a directory are met next, those behind a path only.
    private void enter(List<String> path, DirectoryCap directory, Optional<List<String>> behind, Deque<Level> levels)
            throws IOException {
        try {
            Listing listing = directories.read(directory);
            Optional<String> from =
                    behind.filter(last -> last.size() > path.size()).map(last -> last.get(path.size()));
            Map<String, Entry> left = from.map(listing::from).orElse(listing.entries());
            levels.addLast(new Level(path, List.copyOf(left.values()).iterator()));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            if (!lastIsUnreadable) {
                listener.met(new Met.Unreadable(path, "its names cannot be read: " + e.getMessage()));
            }
        }
    }

    /// Looks after something, together with what comes next.
    private void meet(List<String> path, Cap cap) throws IOException {
        waiting.add(new Found(path, cap));
        if (waiting.size() >= AT_ONCE) {
            flush();
        }
    }

    private void flush() throws IOException {
        var answers = Together.ask(waiting, this::look);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the walk was interrupted");
        }
        for (Found found : waiting) {
            Met met = met(found, answers);
            lastIsUnreadable = isUnreadable(met);
            listener.met(met);
        }
        waiting.clear();
    }

    private static boolean isUnreadable(Met met) {
        return switch (met) {
            case Met.Looked looked -> !looked.checked().now().isRecoverable();
            case Met.Literal _ -> false;
            case Met.Unreadable _ -> true;
        };
    }

    /// One thing that nobody foresaw must not end the walk for all others.
    private Optional<Checked> look(Found found) throws IOException {
        try {
            return look.after(found.cap());
        } catch (RuntimeException e) {
            throw new IOException("it cannot be looked after: " + e, e);
        }
    }

    private static Met met(Found found, Together.Answers<Found, Optional<Checked>> answers) {
        Optional<Checked> checked = answers.heard().getOrDefault(found, Optional.empty());
        IOException failure = answers.failed().get(found);
        if (failure != null) {
            return new Met.Unreadable(found.path(), String.valueOf(failure.getMessage()));
        }
        return checked.<Met>map(looked -> new Met.Looked(found.path(), found.cap(), looked))
                .orElse(new Met.Literal(found.path(), found.cap()));
    }

    private static List<String> append(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return Collections.unmodifiableList(longer);
    }

    private static boolean startsWith(List<String> path, List<String> start) {
        return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
    }
}
