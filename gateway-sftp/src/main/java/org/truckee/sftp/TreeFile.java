package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridPath;

/// A file that somebody has open, as all see it who have it open through this gateway. While it differs from the grid
/// it is *pending*; publishing stores it and gives it the names that it then has. From its close on until it is
/// stored it is *owed*: it goes to the grid whatever happens to those who had it open, or to this process.
final class TreeFile {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 7;

    private final long number = NUMBERS.incrementAndGet();
    private final TreeGround ground;
    private final FileContents contents;
    private final Instant since;

    /// Held while the file is published.
    private final ReentrantLock publishing = new ReentrantLock();

    /// Held by whoever changes its names or links it under them: both ask the grid. It guards what follows, which
    /// others may look at.
    private final ReentrantLock naming = new ReentrantLock();

    /// Held while what there is to know of it goes to the disk, or is removed from there.
    private final ReentrantLock noting = new ReentrantLock();

    /// Whether nobody has it open or waits for it any more; guarded by `noting`.
    private boolean ended;

    private volatile FileStatus known;
    private volatile FileMetadata said;
    private volatile Instant written;

    /// Whether it is to be on the grid, by the word of whoever closed it.
    private volatile boolean closed;

    /// Whether the disk knows that it is pending.
    private volatile boolean noted;

    /// When it is to be stored late, if it is.
    private volatile Optional<Instant> due = Optional.empty();

    private volatile Optional<Refusal> refusal = Optional.empty();

    /// Why the grid does not have a file, after so many attempts. What was refused because of the file's name says
    /// so, since names are not for everybody.
    record Refusal(String why, boolean ofName, int attempts) {}

    /// How a file comes to the grid.
    enum Manner {
        /// As the last step of somebody who has it open: the last one wins, as on every file system.
        AT_ONCE,
        /// Later, when others may have gone on with its names: it takes only what it was opened as.
        LATE
    }

    /// A file that is on the grid, and what was known of it there.
    TreeFile(TreeGround ground, FileContents contents, FileStatus known) {
        this(ground, contents, known, FileMetadata.NONE, ground.opening());
    }

    private TreeFile(TreeGround ground, FileContents contents, FileStatus known, FileMetadata said, Instant since) {
        this.ground = ground;
        this.contents = contents;
        this.known = known;
        this.said = said;
        this.since = since;
        this.written = ground.clock().instant();
    }

    /// A new file.
    static TreeFile made(TreeGround ground, FileContents contents, FileMetadata said) {
        Instant now = ground.clock().instant();
        var known = FileStatus.unlinked(0, FileStatus.FILE_MODE, now);
        return new TreeFile(ground, contents, known, said, ground.opening());
    }

    /// One that was closed in an earlier process.
    static TreeFile left(TreeGround ground, FileContents contents, StagedNote note) {
        var known = FileStatus.unlinked(contents.size(), FileStatus.FILE_MODE, note.written());
        ground.opened(note.since());
        var file = new TreeFile(ground, contents, known, note.said(), note.since());
        file.written = note.written();
        file.closed = true;
        file.noted = true;
        file.due = Optional.of(note.written());
        return file;
    }

    /// By which files are told apart, and ordered where several are locked.
    long number() {
        return number;
    }

    ReentrantLock naming() {
        return naming;
    }

    boolean isPending() {
        return contents.isChanged();
    }

    /// Whether it was closed and is not on the grid.
    boolean isOwed() {
        return closed && isPending();
    }

    Optional<Refusal> refusal() {
        return refusal;
    }

    /// What the file on the grid was when it was opened.
    Optional<LinkIdentity> identity() {
        return known.identity();
    }

    /// What there is to know of it, without asking the grid.
    FileStatus status() {
        FileMetadata added = said;
        Instant modified = added.modified().orElse(isPending() ? written : known.modified());
        return new FileStatus(
                FileStatus.Kind.FILE,
                contents.size(),
                true,
                added.mode().orElse(known.mode()),
                modified,
                added.accessed().orElse(modified),
                isPending() ? written : known.changed(),
                isPending() ? Map.of() : known.checksums(),
                known.identity());
    }

    /// What is on the disk of it, if it is pending and anything is.
    Optional<StagedRecord> record() {
        return isPending() ? contents.record(note(names())) : Optional.empty();
    }

    private NameSet names() {
        return ground.open().names(this);
    }

    int read(long offset, byte[] target, int at, int length) throws IOException {
        return contents.read(offset, target, at, length);
    }

    /// Takes `data[from, from + length)`, which nobody changes any more.
    void write(long offset, byte[] data, int from, int length) throws IOException {
        publishWhatIsOwed();
        contents.write(offset, data, from, length);
        touch();
    }

    void append(byte[] data, int from, int length) throws IOException {
        publishWhatIsOwed();
        contents.append(data, from, length);
        touch();
    }

    void truncate(long size) throws IOException {
        publishWhatIsOwed();
        contents.truncate(size);
        noted = false;
        touch();
    }

    /// What was closed goes to the grid before it becomes something else.
    private void publishWhatIsOwed() throws IOException {
        if (isOwed()) {
            publish(Manner.AT_ONCE);
        }
    }

    /// A file that is written to is as old as its last write, whatever was said before.
    private void touch() throws IOException {
        written = ground.clock().instant();
        FileMetadata before = said;
        if (before.modified().isPresent()) {
            said = new FileMetadata(before.mode(), Optional.empty(), before.accessed(), before.checksums());
        }
        if (!noted) {
            keep(false);
        }
    }

    /// Takes note of what is said of a pending file; it is told to the grid with the contents. The caller holds the
    /// naming lock.
    void say(FileMetadata more) throws IOException {
        FileMetadata before = said;
        said = new FileMetadata(
                more.mode().isPresent() ? more.mode() : before.mode(),
                more.modified().or(before::modified),
                more.accessed().or(before::accessed),
                before.checksums());
        if (noted) {
            keep(false);
        }
    }

    /// Takes over the mode that it has on the grid, where the name that has it goes. The caller holds the naming
    /// lock.
    void sayMode() {
        if (known.identity().isPresent() && said.mode().isEmpty()) {
            said = new FileMetadata(OptionalInt.of(known.mode()), said.modified(), said.accessed(), said.checksums());
        }
    }

    /// Writes down that it goes to the grid, whatever happens; with `lasting` so that it outlasts a power cut.
    void closed(boolean lasting) throws IOException {
        if (isPending() && !names().isEmpty()) {
            contents.seal();
            closed = true;
            keep(lasting);
        }
    }

    /// Leaves it to others to store it.
    void defer() {
        if (isOwed()) {
            due = Optional.of(ground.clock().instant());
        }
    }

    /// Whether it is time to store it late.
    boolean isDue(Instant now) {
        return isOwed() && due.filter(at -> !at.isAfter(now)).isPresent() && !publishing.isLocked();
    }

    /// Gives it other names, at least one, which outlast the gateway if it is pending.
    void rename(UnaryOperator<NameSet> change) throws IOException {
        noting.lock();
        try {
            keep(change.apply(names()), true);
            ground.open().change(this, change);
        } finally {
            noting.unlock();
        }
    }

    /// Writes down what there is to know of it now.
    private void keep(boolean lasting) throws IOException {
        noting.lock();
        try {
            keep(names(), lasting);
        } finally {
            noting.unlock();
        }
    }

    private void keep(NameSet names, boolean lasting) throws IOException {
        if (isPending() && !names.isEmpty() && !ended) {
            contents.keep(note(names), lasting);
            noted = true;
        }
    }

    private StagedNote note(NameSet names) {
        var state = closed ? StagedNote.State.CLOSED : StagedNote.State.WRITING;
        return new StagedNote(state, ground.root(), names, said, since, written);
    }

    /// Stores the contents, if the grid does not have them, under the names that the file has when that is done. A
    /// file that loses its last name meanwhile is not stored, nor one under whose name a newer one was.
    void publish(Manner manner) throws IOException {
        publishing.lock();
        try {
            contents.stage(); // so that notes can be kept while the contents are held
            try (var held = contents.hold()) {
                if (isPending() && !names().isEmpty()) {
                    store(held, manner);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!names().isEmpty()) {
                refused(e);
                throw e;
            }
        } finally {
            publishing.unlock();
        }
    }

    private void store(FileContents.Held held, Manner manner) throws IOException {
        Checksums.Sums sums = held.sums();
        ReadCap cap = ground.files().upload(FileContents.plaintext(held, sums.key(), this::checkHasName));
        naming.lock();
        try {
            checkHasName();
            var modified = said.modified().or(() -> Optional.of(written));
            var metadata = new FileMetadata(said.mode(), modified, said.accessed(), sums.byKey());
            Lock linking = linking();
            linking.lock();
            try {
                if (!ground.open().isReplaced(this)) {
                    link(cap, metadata, manner);
                    stored(held);
                }
            } finally {
                linking.unlock();
            }
        } finally {
            naming.unlock();
        }
    }

    private void link(ReadCap cap, FileMetadata metadata, Manner manner) throws IOException {
        known = ground.files().stat(new StoredNames(ground.files(), names(), written).link(cap, metadata, manner));
        said = FileMetadata.NONE;
        for (TreeFile other : ground.open().published(this, known.identity())) {
            other.keep(true);
        }
    }

    private Lock linking() {
        boolean together = names().gone().isEmpty() && ground.open().isAlone(this);
        return together ? ground.linking().readLock() : ground.linking().writeLock();
    }

    private void stored(FileContents.Held held) throws IOException {
        noting.lock();
        try {
            held.stored();
            noted = false;
            closed = false;
            due = Optional.empty();
            refusal = Optional.empty();
        } finally {
            noting.unlock();
        }
    }

    private void checkHasName() throws IOException {
        if (names().isEmpty()) {
            throw new NoSuchFileException("", null, "was removed while it was stored");
        }
    }

    private void refused(Exception why) {
        int attempts = refusal.map(Refusal::attempts).orElse(0) + 1;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        Instant next = ground.clock().instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        String sentence = SftpStatus.of(why).message();
        refusal = Optional.of(new Refusal(sentence, why instanceof FileSystemException, attempts));
        due = Optional.of(next);
    }

    /// Its names.
    List<GridPath> paths() {
        return List.copyOf(names().names().keySet());
    }

    /// Leaves what is staged on the disk, as something that was not closed; gives it, if anything is there.
    Optional<StagedRecord> abandon(NameSet names) throws IOException {
        noting.lock();
        try {
            ended = true;
            if (contents.size() == 0) {
                contents.discard();
                return Optional.empty();
            }
            StagedNote note = note(names).as(StagedNote.State.INCOMPLETE);
            contents.keep(note, false);
            contents.close();
            return contents.record(note);
        } finally {
            noting.unlock();
        }
    }

    /// It has no name any more, so it is never stored: the disk need not know of it.
    void forget() throws IOException {
        noting.lock();
        try {
            contents.forget(true);
        } finally {
            noting.unlock();
        }
    }

    /// Nobody has a use for it.
    void discard() throws IOException {
        noting.lock();
        try {
            ended = true;
            contents.discard();
        } finally {
            noting.unlock();
        }
    }
}
