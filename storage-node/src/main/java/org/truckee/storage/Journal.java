package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.WholeFile;
import org.truckee.storage.FileChange.Delete;

/// Makes changes to share files last, and makes them whole: a change is first written to the journal and synced
/// (together with those of others who wait at the same time), then made in the files. What a crash interrupts is made
/// again at the next start.
///
/// The journal is one file, in its full size from the start, so that a sync has no more to write than the records.
/// When it is full, or after a while, the share files are synced, and an empty record at its beginning, with the next
/// number, makes those behind it void: the records that count are those with consecutive numbers from the beginning
/// on. A clean stop leaves no journal.
///
/// Whoever commits changes keeps others away from these files meanwhile. Safe for use by several threads at once.
final class Journal implements AutoCloseable {
    /// Longest record that can be read again.
    private static final long MAX_RECORD_BYTES = Integer.MAX_VALUE - (1 << 20);

    private static final long FILE_BYTES = 4 << 20;
    private static final String FILE = "changes";

    private final Path file;
    private final Path root;
    private final FileChannel channel;
    private final int replayed;

    /// Everything below is guarded by the journal's monitor, which is notified when a sync or a change ends.
    private long next;

    private long at;
    private long synced;
    private boolean syncing;
    private int applying;
    private @Nullable IOException failure;
    private Set<Path> dirtyFiles = new HashSet<>();
    private Set<Path> dirtyFolders = new HashSet<>();

    private Journal(Path file, Path root, FileChannel channel, Replay replay) {
        this.file = file;
        this.root = root;
        this.channel = channel;
        this.replayed = replay.records();
        this.next = replay.next();
    }

    /// In `folder`, which is the journal's own, for share files below `root`. Changes that an earlier process
    /// committed and may not have made are made first.
    static Journal open(Path folder, Path root) throws IOException {
        Files.createDirectories(folder);
        WholeFile.syncFolder(Objects.requireNonNull(folder.getParent()));
        Path file = folder.resolve(FILE);
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var journal = new Journal(file, root, channel, replay(channel, root));
            removeOthers(folder);
            fill(channel);
            journal.startOver();
            WholeFile.syncFolder(folder);
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// How many records were made again, and the number that the next one gets.
    private record Replay(int records, long next) {}

    private static Replay replay(FileChannel channel, Path root) throws IOException {
        var files = new HashSet<Path>();
        var folders = new HashSet<Path>();
        ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
        int records = 0;
        long next = 0;
        Optional<ChangeRecord.Found> found = ChangeRecord.read(bytes, 0, root);
        while (found.isPresent() && (next == 0 || found.get().number() == next)) {
            for (FileChange change : found.get().changes()) {
                FileChanges.apply(change, files, folders);
            }
            records += found.get().changes().isEmpty() ? 0 : 1;
            next = found.get().number() + 1;
            found = ChangeRecord.read(bytes, found.get().next(), root);
        }
        FileChanges.sync(files, folders);
        return new Replay(records, Math.max(1, next));
    }

    /// What requests under way had put aside there when the process ended.
    private static void removeOthers(Path folder) throws IOException {
        try (Stream<Path> others = Files.list(folder)) {
            for (Path other : others.toList()) {
                if (!other.endsWith(FILE)) {
                    Files.delete(other);
                }
            }
        }
    }

    private static void fill(FileChannel channel) throws IOException {
        var zeros = ByteBuffer.allocate(64 << 10);
        for (long at = channel.size(); at < FILE_BYTES; at = channel.size()) {
            ShareBytes.write(channel, at, zeros.clear().limit((int) Math.min(zeros.capacity(), FILE_BYTES - at)));
        }
    }

    /// How many changes of an earlier process were made again.
    int replayed() {
        return replayed;
    }

    /// Whether changes fit into a record.
    boolean fits(List<FileChange> changes) {
        return length(changes) <= MAX_RECORD_BYTES;
    }

    /// Bytes that changes take in the journal.
    long length(List<FileChange> changes) {
        return ChangeRecord.length(root, changes);
    }

    /// Makes changes, all or none of them, and returns when they will last whatever happens.
    void commit(List<FileChange> changes) throws IOException {
        if (!changes.isEmpty()) {
            Undisturbed.run(() -> make(changes));
        }
    }

    /// The same. Where it deletes a share, another may get its name as soon as the storage index is released, perhaps
    /// an immutable one, which no journal knows. So nothing that concerns the name may be made again after a crash:
    /// the journal is emptied before.
    void commitForGood(List<FileChange> changes) throws IOException {
        commit(changes);
        if (changes.stream().anyMatch(Delete.class::isInstance)) {
            checkpoint();
        }
    }

    private void make(List<FileChange> changes) throws IOException {
        long number = append(changes);
        var files = new HashSet<Path>();
        var folders = new HashSet<Path>();
        IOException problem = null;
        try {
            awaitSync(number);
            for (FileChange change : changes) {
                FileChanges.apply(change, files, folders);
            }
        } catch (IOException e) {
            problem = e;
        } catch (RuntimeException | Error e) {
            problem = new IOException("a change cannot be made: " + e, e);
        }
        applied(files, folders, problem);
        if (problem != null) {
            checkUsable();
        }
    }

    /// What was committed and could not be made is made at the next start; until then nothing can be trusted.
    private synchronized void applied(Set<Path> files, Set<Path> folders, @Nullable IOException problem) {
        dirtyFiles.addAll(files);
        dirtyFolders.addAll(folders);
        failure = failure == null ? problem : failure;
        applying--;
        notifyAll();
    }

    private synchronized long append(List<FileChange> changes) throws IOException {
        long length = length(changes);
        while (at + length > FILE_BYTES && dirty()) {
            empty();
        }
        checkUsable();
        long number = write(changes);
        applying++;
        return number;
    }

    private boolean dirty() {
        return applying > 0 || !dirtyFiles.isEmpty() || !dirtyFolders.isEmpty();
    }

    private synchronized long write(List<FileChange> changes) throws IOException {
        ChangeRecord.write(channel, at, next, root, changes);
        at += length(changes);
        return next++;
    }

    /// Returns when the record with this number is on the disk: one of those who wait syncs for all.
    private void awaitSync(long number) throws IOException {
        while (true) {
            long upTo;
            synchronized (this) {
                DiskWait.whileTrue(this, () -> syncing && synced < number);
                if (synced >= number) {
                    return;
                }
                checkUsable();
                syncing = true;
                upTo = next - 1;
            }
            sync(upTo);
        }
    }

    private void sync(long upTo) throws IOException {
        IOException problem = null;
        try {
            channel.force(false);
        } catch (IOException e) {
            problem = e;
        }
        synchronized (this) {
            syncing = false;
            if (problem == null) {
                synced = Math.max(synced, upTo);
            } else {
                failure = problem;
            }
            notifyAll();
        }
        checkUsable();
    }

    /// After a failed sync nobody knows what is on the disk, and a second one that succeeds proves nothing.
    private synchronized void checkUsable() throws IOException {
        if (failure != null) {
            throw new IOException("the disk failed before: " + failure.getMessage(), failure);
        }
    }

    /// Lets go of the journal so far: all it says is made in the share files, and these are on the disk. Whoever is
    /// interrupted meanwhile waits for that too.
    void checkpoint() throws IOException {
        Undisturbed.run(this::empty);
    }

    private synchronized void empty() throws IOException {
        DiskWait.whileTrue(this, () -> syncing || applying > 0);
        if (!dirty()) {
            return; // somebody else did
        }
        checkUsable();
        try {
            FileChanges.sync(dirtyFiles, dirtyFolders);
            dirtyFiles = new HashSet<>();
            dirtyFolders = new HashSet<>();
            startOver();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private synchronized void startOver() throws IOException {
        at = 0;
        synced = write(List.of());
        channel.truncate(FILE_BYTES);
        channel.force(true);
    }

    /// Why nothing can be committed any more, if that is so.
    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure).map(e -> Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }

    /// Syncs the share files and leaves no journal, unless the disk failed.
    @Override
    public synchronized void close() throws IOException {
        try (channel) {
            empty();
            checkUsable();
            Files.deleteIfExists(file);
        }
    }
}
