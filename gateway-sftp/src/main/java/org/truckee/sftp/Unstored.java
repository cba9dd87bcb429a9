package org.truckee.sftp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.GridPath;
import org.truckee.status.GridDetails;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;
import org.truckee.status.Words;

/// The files that wait in staging: stores those that were closed, again and again until the grid takes them, and
/// keeps those that were not for a month. Safe for use by any number of threads.
final class Unstored implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Unstored.class);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration KEPT = Duration.ofDays(30);

    /// Files that are stored at the same time.
    private static final int TOGETHER = 4;

    private final Staging staging;
    private final Trees trees;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore turns = new Semaphore(TOGETHER);
    private final Set<TreeFile> running = ConcurrentHashMap.newKeySet();
    private volatile List<String> problems = List.of();
    private boolean recovered;

    Unstored(Staging staging, Trees trees, InstantSource clock) {
        this.staging = staging;
        this.trees = trees;
        this.clock = clock;
    }

    /// How far a staged file has come.
    enum State {
        WRITING,
        CLOSING,
        REFUSED,
        INCOMPLETE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A staged file.
    ///
    /// @param why the grid does not have it, if it was refused
    record Entry(StagedRecord record, State state, Optional<TreeFile.Refusal> why) {
        String id() {
            return record.id();
        }

        List<String> paths() {
            return record.note().names().names().keySet().stream()
                    .map(path -> Printable.of(path.toString()))
                    .sorted()
                    .toList();
        }
    }

    /// Takes up what an earlier process left.
    synchronized void recover() throws IOException {
        if (recovered) {
            return;
        }
        recovered = true;
        Staging.Found found = staging.find();
        found.problems().forEach(problem -> LOG.atWarn().log(problem));
        problems = found.problems();
        for (StagedRecord record : found.records()) {
            if (record.note().state() == StagedNote.State.CLOSED) {
                trees.tree(record.note().tree()).restore(record);
            } else {
                staging.keep(record.with(record.note().as(StagedNote.State.INCOMPLETE)));
            }
        }
        if (!found.records().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("files", found.records().size())
                    .addKeyValue("incomplete", staging.incomplete().size())
                    .log("staged files were found; those that were closed are stored now");
        }
    }

    /// Stores from now on what was closed.
    void start() {
        threads.execute(this::watch);
    }

    /// Looks now and then: a file becomes due by the clock, which is not ours to wait on, and looking costs next to
    /// nothing.
    private void watch() {
        try {
            while (true) {
                storeWhatIsDue();
                dropWhatIsOld();
                settle();
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void storeWhatIsDue() {
        for (Tree tree : trees.all()) {
            for (TreeFile file : tree.openFiles()) {
                if (file.isDue(clock.instant()) && running.add(file)) {
                    threads.execute(() -> store(tree, file));
                }
            }
        }
    }

    private void store(Tree tree, TreeFile file) {
        try {
            turns.acquire();
            try {
                if (tree.publishLate(file)) {
                    LOG.atInfo().log("a file that had waited in staging is stored");
                }
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().addKeyValue("why", reason(file)).log("a staged file cannot be stored yet; it is tried again");
        } finally {
            running.remove(file);
        }
    }

    private void settle() {
        try {
            staging.settle();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                    .log("what was stored would be stored again after a power cut");
        }
    }

    /// Without the file's name.
    private static String reason(TreeFile file) {
        return file.refusal()
                .map(refusal -> refusal.ofName() ? "its name cannot be used" : Printable.sentence(refusal.why()))
                .orElse("it was interrupted");
    }

    private void dropWhatIsOld() {
        Instant oldest = clock.instant().minus(KEPT);
        for (StagedRecord record : staging.incomplete()) {
            if (record.note().written().isBefore(oldest)) {
                try {
                    staging.discard(record);
                    LOG.atInfo().log("an incomplete file was discarded, {} days old", KEPT.toDays());
                } catch (IOException e) {
                    LOG.atWarn()
                            .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                            .log("an old incomplete file is not discarded");
                }
            }
        }
    }

    /// All staged files, the oldest first.
    List<Entry> list() {
        Stream<Entry> open =
                trees.all().stream().flatMap(tree -> tree.openFiles().stream()).flatMap(file -> entry(file).stream());
        Stream<Entry> incomplete =
                staging.incomplete().stream().map(record -> new Entry(record, State.INCOMPLETE, Optional.empty()));
        return Stream.concat(open, incomplete)
                .sorted(Comparator.comparing(
                                (Entry entry) -> entry.record().note().since())
                        .thenComparing(Entry::id))
                .toList();
    }

    private static Optional<Entry> entry(TreeFile file) {
        return file.record().map(record -> new Entry(record, state(file), file.refusal()));
    }

    private static State state(TreeFile file) {
        if (!file.isOwed()) {
            return State.WRITING;
        }
        return file.refusal().isPresent() ? State.REFUSED : State.CLOSING;
    }

    /// Tries at once to store a file; one that was not closed gets a name of its own.
    void retry(Entry entry) throws IOException {
        StagedRecord record = entry.record();
        Tree tree = trees.tree(record.note().tree());
        if (entry.state() == State.INCOMPLETE) {
            if (staging.take(record)) {
                StagedRecord closed = record.with(unsaved(record.note()));
                staging.write(closed, true);
                tree.publishLate(tree.restore(closed));
            }
        } else {
            checkIsClosed(entry);
            for (TreeFile file : find(tree, record)) {
                tree.publishLate(file);
            }
        }
    }

    private static void checkIsClosed(Entry entry) throws IOException {
        if (entry.state() == State.WRITING) {
            throw new IOException("somebody has it open");
        }
    }

    private static StagedNote unsaved(StagedNote note) {
        NameSet names = NameSet.NONE;
        for (GridPath path : note.names().names().keySet()) {
            names = names.with(StoredNames.unsaved(path, note.written()), Optional.<LinkIdentity>empty());
        }
        return new StagedNote(StagedNote.State.CLOSED, note.tree(), names, note.said(), note.since(), note.written());
    }

    private static List<TreeFile> find(Tree tree, StagedRecord record) {
        return tree.openFiles().stream()
                .filter(file -> file.record()
                        .filter(there -> there.id().equals(record.id()))
                        .isPresent())
                .toList();
    }

    /// Forgets a file that is incomplete or was refused.
    void discard(Entry entry) throws IOException {
        StagedRecord record = entry.record();
        if (entry.state() == State.INCOMPLETE) {
            staging.discard(record);
        } else {
            checkIsClosed(entry);
            Tree tree = trees.tree(record.note().tree());
            for (TreeFile file : find(tree, record)) {
                tree.giveUp(file);
            }
        }
    }

    /// For status pages: no names.
    List<GridDetails.Staged> details() {
        return list().stream()
                .map(entry -> new GridDetails.Staged(
                        entry.id(),
                        entry.record().size(),
                        entry.record().note().since(),
                        entry.state().toString()))
                .toList();
    }

    /// What somebody should know, the worst first.
    List<Notice> notices() {
        List<Entry> all = list();
        List<Notice> notices = new ArrayList<>();
        List<Entry> refused =
                all.stream().filter(entry -> entry.state() == State.REFUSED).toList();
        if (!refused.isEmpty()) {
            TreeFile.Refusal first = refused.getFirst().why().orElseThrow();
            notices.add(new Notice(
                    Level.BAD,
                    Words.many(refused.size(), "file") + " could not be stored and "
                            + (refused.size() == 1 ? "waits" : "wait") + " on this gateway, which tries again: "
                            + (first.ofName() ? "the name cannot be used any more" : first.why())
                            + " (`truckee staged list` names " + (refused.size() == 1 ? "it" : "them") + ")"));
        }
        long incomplete =
                all.stream().filter(entry -> entry.state() == State.INCOMPLETE).count();
        if (incomplete > 0) {
            notices.add(new Notice(
                    Level.NOTE,
                    Words.many(incomplete, "file") + (incomplete == 1 ? " was" : " were")
                            + " not closed before the connection was lost: what arrived is kept for "
                            + KEPT.toDays() + " days (`truckee staged list`)"));
        }
        problems.forEach(problem -> notices.add(new Notice(Level.WARNING, problem)));
        return notices;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
