package org.truckee.client.grid;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfer.Progress;
import org.truckee.client.grid.Transfer.State;

/// What a client is uploading and downloading, what it lately has, and how much it was in all: for people to look at.
/// Safe for use by any number of threads.
public final class Transfers {
    /// Transfers that are over and still shown, per kind.
    private static final int RECENT = 50;

    private final InstantSource clock;

    /// All below is guarded by this object's monitor.
    private final List<Transfer> running = new ArrayList<>();

    private final Deque<Transfer> over = new ArrayDeque<>();
    private Totals totals = new Totals(0, 0, 0, 0, Duration.ZERO);

    public Transfers(InstantSource clock) {
        this.clock = clock;
    }

    /// How much was moved since the client started: bytes of files, transfers that succeeded and failed, and the time
    /// that the uploads which succeeded took together.
    public record Totals(
            long uploadedBytes, long downloadedBytes, long uploads, long failedUploads, Duration uploadTime) {}

    /// A transfer that begins now, of a file of `size` bytes, `via` whom (`direct`, or a helper's name).
    public synchronized Transfer begin(Kind kind, long size, String via) {
        var transfer = new Transfer(this, clock, kind, size, via);
        running.add(transfer);
        return transfer;
    }

    /// The uploads that run, oldest first, then those that are over, last first.
    public List<Progress> uploads() {
        return progress(Kind.UPLOAD);
    }

    /// The same for downloads.
    public List<Progress> downloads() {
        return progress(Kind.DOWNLOAD);
    }

    private List<Progress> progress(Kind kind) {
        return all().filter(transfer -> transfer.kind() == kind)
                .map(Transfer::progress)
                .toList();
    }

    private synchronized Stream<Transfer> all() {
        return Stream.concat(List.copyOf(running).stream(), List.copyOf(over).stream());
    }

    /// What was moved in all, by transfers that still run too.
    public Totals totals() {
        Totals before;
        List<Transfer> now;
        synchronized (this) {
            before = totals;
            now = List.copyOf(running);
        }
        return now.stream().map(Transfer::progress).reduce(before, Transfers::plus, (a, _) -> a);
    }

    private static Totals plus(Totals sum, Progress moved) {
        return switch (moved.kind()) {
            case UPLOAD ->
                new Totals(
                        sum.uploadedBytes + moved.bytes(),
                        sum.downloadedBytes,
                        sum.uploads + (moved.state() == State.DONE ? 1 : 0),
                        sum.failedUploads + (moved.state() == State.FAILED ? 1 : 0),
                        moved.state() == State.DONE ? sum.uploadTime.plus(moved.duration()) : sum.uploadTime);
            case DOWNLOAD ->
                new Totals(
                        sum.uploadedBytes,
                        sum.downloadedBytes + moved.bytes(),
                        sum.uploads,
                        sum.failedUploads,
                        sum.uploadTime);
        };
    }

    /// Takes note that a transfer is over.
    synchronized void ended(Transfer transfer) {
        running.remove(transfer);
        totals = plus(totals, transfer.progress());
        over.addFirst(transfer);
        boolean tooMany =
                over.stream().filter(other -> other.kind() == transfer.kind()).count() > RECENT;
        if (tooMany) {
            over.removeLastOccurrence(over.reversed().stream()
                    .filter(other -> other.kind() == transfer.kind())
                    .findFirst()
                    .orElseThrow());
        }
    }
}
