package org.truckee.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ByteRange;
import org.truckee.protocol.storage.WriteAnswer;

/// An immutable share that was allocated and is not complete. Pieces of it are brought to the disk while others
/// arrive, so that little is left to wait for at the end. Its monitor guards its state and is taken before that of
/// the storage index. Safe for use by several threads at once.
final class Upload {
    private static final int STEP_BYTES = 64 << 10;

    private enum State {
        OPEN,
        COMPLETE,
        GIVEN_UP
    }

    private final Uploads owner;
    private final UploadSecret secret;
    private final StorageIndex storageIndex;
    private final int share;
    private final NewImmutableShare file;
    private final PieceSync sync;
    private final WrittenRanges written = new WrittenRanges();
    private State state = State.OPEN;
    private volatile long touchedAt;

    Upload(Uploads owner, UploadSecret secret, StorageIndex storageIndex, int share, NewImmutableShare file) {
        this.owner = owner;
        this.secret = secret;
        this.storageIndex = storageIndex;
        this.share = share;
        this.file = file;
        this.sync = new PieceSync(file, owner.threads());
        this.touchedAt = owner.nanos();
    }

    StorageIndex storageIndex() {
        return storageIndex;
    }

    int share() {
        return share;
    }

    boolean isOf(UploadSecret shown) {
        return secret.equals(shown);
    }

    long shareBytes() {
        return file.shareBytes();
    }

    /// When something was last heard of it, on the owner's clock.
    long touchedAt() {
        return touchedAt;
    }

    WriteAnswer write(long offset, ByteStream data) throws IOException {
        if (offset > shareBytes() - data.length()) {
            return WriteAnswer.Refused.BEYOND_END;
        }
        long end = offset + data.length();
        try (var arena = Arena.ofConfined()) { // memory of the heap would be copied once more on its way to the disk
            ByteBuffer step =
                    arena.allocate(Math.min(STEP_BYTES, data.length())).asByteBuffer();
            for (long at = offset; at < end; at += step.limit()) {
                data.readFully(step.clear().limit((int) Math.min(step.capacity(), end - at)));
                Optional<WriteAnswer> refused = take(at, step.flip());
                if (refused.isPresent()) {
                    return refused.get();
                }
            }
        }
        return finishIfWhole();
    }

    private Optional<WriteAnswer> take(long at, ByteBuffer step) throws IOException {
        touchedAt = owner.nanos();
        synchronized (this) {
            if (state == State.GIVEN_UP) {
                return Optional.of(WriteAnswer.Refused.NOT_ALLOCATED);
            }
            var range = new ByteRange(at, at + step.remaining());
            List<ByteRange> before = written.within(range);
            if (!agrees(before, at, step)) {
                return Optional.of(WriteAnswer.Refused.CONFLICT);
            }
            long old = before.stream().mapToLong(ByteRange::length).sum();
            if (state == State.OPEN && old < range.length()) {
                write(at, step);
                written.add(range);
                owner.space().written(range.length() - old);
            }
        }
        return Optional.empty();
    }

    private void write(long at, ByteBuffer step) throws IOException {
        try {
            file.write(at, step);
            sync.wrote(step.position());
        } catch (IOException e) {
            owner.health().writeFailed(name(), e);
            throw e;
        }
    }

    private String name() {
        return "share " + share + " of " + storageIndex;
    }

    /// Whether what was written in the place of `step` before is the same.
    private boolean agrees(List<ByteRange> before, long at, ByteBuffer step) throws IOException {
        for (ByteRange old : before) {
            if (!file.read(old.begin(), (int) old.length())
                    .equals(step.slice((int) (old.begin() - at), (int) old.length()))) {
                return false;
            }
        }
        return true;
    }

    private synchronized WriteAnswer finishIfWhole() throws IOException {
        if (state == State.GIVEN_UP) {
            return WriteAnswer.Refused.NOT_ALLOCATED;
        }
        List<ByteRange> missing = written.missing(shareBytes());
        if (missing.isEmpty() && state == State.OPEN) {
            finish();
        }
        return new WriteAnswer.Written(missing);
    }

    /// What cannot be brought to the disk is given up: a second sync that succeeds proves nothing.
    private void finish() throws IOException {
        try (file) {
            sync.finish();
            owner.complete(this);
            state = State.COMPLETE;
        } catch (IOException e) {
            owner.health().writeFailed(name(), e);
            Uploads.giveUp(this);
            throw e;
        }
    }

    /// Nothing is left of it, unless it is complete: then the answer is false.
    synchronized boolean giveUp() throws IOException {
        if (state == State.OPEN) {
            state = State.GIVEN_UP;
            long missing = written.missing(shareBytes()).stream()
                    .mapToLong(ByteRange::length)
                    .sum();
            try (file) {
                owner.forget(this, missing);
            }
        }
        return state == State.GIVEN_UP;
    }

    /// Where its file is while it is written.
    Path incoming() {
        return owner.folder().incomingShare(storageIndex, share);
    }
}
