package org.truckee.helper;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.UploadReport;
import org.truckee.client.immutable.Uploader;
import org.truckee.crypto.Hash;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.helper.CommitAnswer;
import org.truckee.protocol.helper.CommitAnswer.Placed;
import org.truckee.protocol.helper.CommitAnswer.Placing;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperMessages.Opened;
import org.truckee.protocol.introducer.ServerId;

/// One file of one client: its ciphertext arrives here, and its shares go to servers meanwhile; they are completed
/// only when the client has said which file it is. Safe for use by any number of threads.
final class Expansion {
    private static final int PIECE_BYTES = 256 << 10;

    /// What the client committed to is another file than what it sent here.
    static final class MismatchException extends IOException {
        private static final long serialVersionUID = 1;

        MismatchException() {
            super("what arrived here encodes to another file than the client says");
        }
    }

    /// Another attempt has taken the expansion over, or it is over.
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1;

        GoneException() {
            super("there is no such expansion any more");
        }
    }

    private final ClientName client;
    private final ExpansionRequest request;
    private final KeptCiphertext kept;
    private final Uploader uploader;
    private final Transfers transfers;
    private final LongAdder arrived;
    private final InstantSource clock;
    private final Instant startedAt;

    /// All below is guarded by this object's monitor, which is notified when an upload ends or is committed to.
    private String id;

    private Instant touchedAt;
    private Optional<Hash> committed = Optional.empty();
    private @Nullable Thread uploading;
    private @Nullable Transfer transfer;
    private Optional<UploadReport> report = Optional.empty();
    private Optional<IOException> failure = Optional.empty();
    private boolean receiving;
    private boolean over;

    /// What arrives is counted in `arrived` too.
    Expansion(
            ClientName client,
            ExpansionRequest request,
            String id,
            KeptCiphertext kept,
            Uploader uploader,
            Transfers transfers,
            LongAdder arrived,
            InstantSource clock) {
        this.client = client;
        this.request = request;
        this.id = id;
        this.kept = kept;
        this.uploader = uploader;
        this.transfers = transfers;
        this.arrived = arrived;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.touchedAt = startedAt;
    }

    ClientName client() {
        return client;
    }

    ExpansionRequest request() {
        return request;
    }

    synchronized String id() {
        return id;
    }

    /// For an attempt to which it is known by `newId`; earlier ones have nothing more to say.
    synchronized Opened takeOver(String newId) {
        id = newId;
        receiving = false;
        touch();
        if (kept.received() > 0 && report.isEmpty()) {
            begin();
        }
        return new Opened(report.isPresent(), id, kept.received());
    }

    private void touch() {
        touchedAt = clock.instant();
    }

    /// Since when nothing has happened to it.
    synchronized Instant touchedAt() {
        return touchedAt;
    }

    /// Takes the ciphertext from `offset` on, which must be where the last ended; gives how much is here then.
    long receive(String by, long offset, ByteStream bytes) throws IOException {
        beginReceiving(by, offset);
        try {
            var piece = ByteBuffer.allocate(PIECE_BYTES);
            while (bytes.read(piece) >= 0) {
                append(by, piece.flip());
                piece.clear();
            }
            return kept.received();
        } finally {
            endReceiving(by);
        }
    }

    private synchronized void beginReceiving(String by, long offset) throws IOException {
        checkBy(by);
        if (receiving || offset != kept.received()) {
            throw new IOException("it continues at " + kept.received() + ", not at " + offset);
        }
        receiving = true;
    }

    private synchronized void append(String by, ByteBuffer piece) throws IOException {
        checkBy(by);
        touch();
        arrived.add(piece.remaining());
        kept.append(piece);
        begin();
    }

    private synchronized void endReceiving(String by) {
        if (by.equals(id)) {
            receiving = false;
        }
    }

    private void checkBy(String by) throws GoneException {
        if (over || !by.equals(id)) {
            throw new GoneException();
        }
    }

    /// Begins to place shares, unless that goes on or is done with.
    private void begin() {
        if (uploading == null && report.isEmpty() && failure.isEmpty() && !over) {
            kept.goOn();
            var begun = transfers.begin(Kind.UPLOAD, request.size(), client.text());
            transfer = begun;
            uploading = Thread.ofVirtual().name("expansion").start(() -> place(begun));
        }
    }

    private void place(Transfer begun) {
        try (begun) {
            UploadReport placed = uploader.upload(kept, request.happy(), this::approve, begun);
            begun.succeed();
            ended(Optional.of(placed), Optional.empty());
        } catch (IOException | RuntimeException e) {
            begun.fail(String.valueOf(e.getMessage()));
            ended(
                    Optional.empty(),
                    Optional.of(e instanceof IOException io ? io : new IOException("it could not be encoded", e)));
        }
    }

    private synchronized void ended(Optional<UploadReport> placed, Optional<IOException> why) {
        uploading = null;
        report = placed;
        failure = why;
        notifyAll();
    }

    /// Waits for the client's word; by then everything but the ends of the shares is on its way.
    private synchronized void approve(ChkVerifyCap encoded) throws IOException {
        try {
            while (committed.isEmpty() && !over) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the expansion was given up");
        }
        if (!committed.equals(Optional.of(encoded.uriExtensionHash()))) {
            throw new MismatchException();
        }
    }

    /// The client says which file it is. Waits a while for its shares to be placed.
    ///
    /// @throws MismatchException if it is another than what arrived
    CommitAnswer commit(String by, Hash uriExtension, Duration patience) throws IOException {
        begin(by, uriExtension);
        Optional<UploadReport> placed = await(patience);
        if (placed.isEmpty()) {
            return new Placing(placedBytes());
        }
        if (!placed.get().cap().uriExtensionHash().equals(uriExtension)) {
            throw new MismatchException();
        }
        return new Placed(byServer(placed.get()));
    }

    private synchronized void begin(String by, Hash uriExtension) throws IOException {
        checkBy(by);
        if (!kept.isWhole()) {
            throw new IOException("only " + kept.received() + " of " + request.size() + " bytes are here");
        }
        touch();
        boolean wasCommitted = committed.equals(Optional.of(uriExtension));
        committed = Optional.of(uriExtension);
        notifyAll();
        if (!wasCommitted && !(failure.orElse(null) instanceof MismatchException)) {
            failure = Optional.empty(); // an upload that was too slow for the servers is made again from what is here
        }
        begin();
    }

    private synchronized Optional<UploadReport> await(Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
                if (failure.isPresent()) {
                    throw failure.get();
                }
                if (report.isPresent() || over) {
                    return report;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return report;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the helper is being stopped");
        }
    }

    private static Map<ServerId, Set<Integer>> byServer(UploadReport placed) {
        Map<ServerId, Set<Integer>> shares = new HashMap<>();
        placed.holders()
                .forEach((share, holders) ->
                        holders.forEach(holder -> shares.computeIfAbsent(holder.id(), _ -> new TreeSet<>())
                                .add(share)));
        return shares;
    }

    /// Bytes of shares that servers have taken.
    synchronized long placedBytes() {
        Transfer now = transfer;
        return now == null
                ? 0
                : now.progress().placement().stream()
                        .mapToLong(Transfer.Placement::bytes)
                        .sum();
    }

    long receivedBytes() {
        return kept.received();
    }

    Instant startedAt() {
        return startedAt;
    }

    /// In a word, or why it failed.
    synchronized String state() {
        return report.isPresent()
                ? "placed"
                : failure.map(why -> "failed: " + why.getMessage())
                        .orElse(kept.isWhole() ? committed.isPresent() ? "placing" : "awaiting commit" : "receiving");
    }

    /// Ends it; servers forget what was not completed. Returns when nothing of it goes on.
    void stop() {
        Thread running;
        synchronized (this) {
            over = true;
            running = uploading;
            notifyAll();
        }
        kept.end("the expansion was given up");
        if (running != null) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    KeptCiphertext kept() {
        return kept;
    }
}
