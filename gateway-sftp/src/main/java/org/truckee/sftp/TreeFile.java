package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.ChangedMeanwhileException;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.LinkRule;

/// A file that somebody has open, as all see it who have it open through this gateway. While it differs from the grid
/// it is *pending*; publishing stores it and gives it the names that it then has.
final class TreeFile {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();
    private final GridFiles files;
    private final FileContents contents;
    private final InstantSource clock;

    /// Held while the file is published, and by whoever changes its names meanwhile: both ask the grid. It guards
    /// what follows, which others may look at.
    private final ReentrantLock naming = new ReentrantLock();

    private volatile FileStatus known;
    private volatile FileMetadata said;
    private volatile Instant written;

    /// What is under the name on the grid, if it is known.
    private Optional<LinkIdentity> seen;

    /// Whether that is an empty file that only keeps the name.
    private boolean placeholder;

    /// A file that is on the grid, and what was known of it there.
    TreeFile(GridFiles files, FileContents contents, FileStatus known, InstantSource clock) {
        this(files, contents, known, FileMetadata.NONE, known.identity(), false, clock);
    }

    private TreeFile(
            GridFiles files,
            FileContents contents,
            FileStatus known,
            FileMetadata said,
            Optional<LinkIdentity> seen,
            boolean placeholder,
            InstantSource clock) {
        this.files = files;
        this.contents = contents;
        this.known = known;
        this.said = said;
        this.seen = seen;
        this.placeholder = placeholder;
        this.clock = clock;
        this.written = clock.instant();
    }

    /// A new file. `placeholder` is what keeps its name on the grid, if anything does.
    static TreeFile made(
            GridFiles files,
            FileContents contents,
            FileMetadata said,
            Optional<LinkIdentity> placeholder,
            InstantSource clock) {
        var known = FileStatus.unlinked(0, FileStatus.FILE_MODE, clock.instant());
        return new TreeFile(files, contents, known, said, placeholder, placeholder.isPresent(), clock);
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

    /// What the file on the grid was when it was opened.
    Optional<LinkIdentity> identity() {
        return known.identity();
    }

    boolean isPlaceholder() {
        return placeholder;
    }

    /// Nothing keeps its name on the grid any more. The caller holds the naming lock.
    void forgetPlaceholder() {
        placeholder = false;
        seen = Optional.empty();
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

    int read(long offset, byte[] target, int at, int length) throws IOException {
        return contents.read(offset, target, at, length);
    }

    void write(long offset, byte[] data, int from, int length) throws IOException {
        contents.write(offset, data, from, length);
        touch();
    }

    void append(byte[] data, int from, int length) throws IOException {
        contents.append(data, from, length);
        touch();
    }

    void truncate(long size) throws IOException {
        contents.truncate(size);
        touch();
    }

    /// A file that is written to is as old as its last write, whatever was said before.
    private void touch() {
        written = clock.instant();
        FileMetadata before = said;
        if (before.modified().isPresent()) {
            said = new FileMetadata(before.mode(), Optional.empty(), before.accessed(), before.checksums());
        }
    }

    /// Takes note of what is said of a pending file; it is told to the grid with the contents. The caller holds the
    /// naming lock.
    void say(FileMetadata more) {
        FileMetadata before = said;
        said = new FileMetadata(
                more.mode().isPresent() ? more.mode() : before.mode(),
                more.modified().or(before::modified),
                more.accessed().or(before::accessed),
                before.checksums());
    }

    /// Stores the contents, if the grid does not have them, under the names that the file has when that is done.
    void publish(OpenFiles open) throws IOException {
        naming.lock();
        try {
            if (isPending() && !open.names(this).isEmpty()) {
                contents.publish((plaintext, checksums) -> {
                    ReadCap cap = files.upload(plaintext);
                    var modified = said.modified().or(() -> Optional.of(written));
                    var complete = new FileMetadata(said.mode(), modified, said.accessed(), checksums);
                    link(open.names(this), cap, complete);
                });
                said = FileMetadata.NONE;
                placeholder = false;
                known = files.stat(open.names(this).getFirst());
                seen = known.identity();
            }
        } finally {
            naming.unlock();
        }
    }

    private void link(List<GridPath> names, ReadCap cap, FileMetadata metadata) throws IOException {
        for (GridPath name : names) {
            Optional<LinkIdentity> there = seen;
            try {
                files.link(
                        name, cap, metadata, there.isPresent() ? new LinkRule.IfStill(there.get()) : LinkRule.REPLACE);
            } catch (ChangedMeanwhileException | NoSuchFileException e) {
                // somebody else was faster; the last one wins, as on every file system
                files.link(name, cap, metadata, LinkRule.REPLACE);
            }
        }
    }

    void close() throws IOException {
        contents.close();
    }
}
