package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfers;
import org.truckee.client.health.DamagedShare;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;

/// Places the shares of immutable files on servers. Of uploads of one file at the same time one is carried out, and
/// the others get its result. Safe for use by any number of threads.
public final class Uploader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String DIRECT = "direct";
    private static final String REPAIR = "repair";

    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final Incarnations incarnations;
    private final SegmentPool memory;
    private final Cores cores;
    private final Transfers transfers;
    private final Duration patience;

    /// All below is guarded by this object's monitor: uploads that run, and those that are over but for servers that
    /// are busy.
    private final Map<StorageIndex, CompletableFuture<UploadReport>> running = new HashMap<>();

    private final Map<StorageIndex, Upload> lingering = new HashMap<>();
    private boolean closed;

    public Uploader(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            SegmentPool memory,
            Cores cores,
            Transfers transfers) {
        this(servers, leaseSecret, incarnations, memory, cores, transfers, PATIENCE);
    }

    /// With another time for which an upload that is not happy any more goes on.
    Uploader(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            SegmentPool memory,
            Cores cores,
            Transfers transfers,
            Duration patience) {
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.incarnations = incarnations;
        this.memory = memory;
        this.cores = cores;
        this.transfers = transfers;
        this.patience = patience;
    }

    /// Uploads a file so that at least `happy` servers hold a share of their own; shares that are there already are
    /// not sent again. Servers that are busy may go on taking their shares after this returns.
    ///
    /// @throws UnhappyUploadException if too few servers take shares
    public UploadReport upload(CiphertextSource source, int happy) throws IOException {
        return once(source.storageIndex(), happy, () -> direct(source, happy));
    }

    /// The same for whoever has seen to it, with [#once], that nobody else uploads the file.
    UploadReport direct(CiphertextSource source, int happy) throws IOException {
        return direct(source, Goal.upload(happy), servers, DIRECT);
    }

    /// The same for a file that somebody else sends, and answers for with his `approval`; how it goes is told
    /// `transfer`.
    ///
    /// @throws IOException also if that file is being uploaded already: nobody waits for another's approval
    public UploadReport upload(CiphertextSource source, int happy, Approval approval, Transfer transfer)
            throws IOException {
        var ours = new CompletableFuture<UploadReport>();
        if (enter(source.storageIndex(), ours).isPresent()) {
            throw new IOException("the file " + source.storageIndex() + " is being uploaded already");
        }
        return lead(source.storageIndex(), ours, () -> run(source, Goal.approved(happy, approval), servers, transfer));
    }

    /// Has `work` done in place of an upload of that file, as one of which several at a time would do it once.
    UploadReport once(StorageIndex storageIndex, int happy, Work work) throws IOException {
        while (true) {
            var ours = new CompletableFuture<UploadReport>();
            Optional<CompletableFuture<UploadReport>> others = enter(storageIndex, ours);
            if (others.isEmpty()) {
                return lead(storageIndex, ours, work);
            }
            Optional<UploadReport> report = await(others.get());
            if (report.isPresent() && Matching.happiness(report.get().holders()) >= happy) {
                return report.get();
            }
        }
    }

    /// Gets the shares of a file to servers.
    @FunctionalInterface
    interface Work {
        UploadReport run() throws IOException;
    }

    /// Sends shares of a file that is on the grid already to as many servers of `onto` as can have one of their own.
    /// What is `damaged` stays where it is, and counts for nothing.
    ///
    /// @throws IOException if the source is not what the capability says; no share is completed then
    UploadReport repair(CiphertextSource source, ChkVerifyCap cap, Collection<DamagedShare> damaged, KnownServers onto)
            throws IOException {
        while (true) {
            var ours = new CompletableFuture<UploadReport>();
            Optional<CompletableFuture<UploadReport>> others = enter(source.storageIndex(), ours);
            if (others.isEmpty()) {
                return lead(source.storageIndex(), ours, () -> direct(source, Goal.repair(cap, damaged), onto, REPAIR));
            }
            await(others.get());
        }
    }

    private synchronized Optional<CompletableFuture<UploadReport>> enter(
            StorageIndex storageIndex, CompletableFuture<UploadReport> ours) throws IOException {
        if (closed) {
            throw new IOException("this client is closed");
        }
        return Optional.ofNullable(running.putIfAbsent(storageIndex, ours));
    }

    private static Optional<UploadReport> await(CompletableFuture<UploadReport> others) throws IOException {
        try {
            return Optional.of(others.get());
        } catch (ExecutionException failed) {
            return Optional.empty(); // that one's failure need not be ours
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the same file was uploaded");
        }
    }

    private UploadReport lead(StorageIndex storageIndex, CompletableFuture<UploadReport> ours, Work work)
            throws IOException {
        try {
            takeLingering(storageIndex).ifPresent(Upload::close);
            UploadReport report = work.run();
            ours.complete(report);
            return report;
        } catch (IOException | RuntimeException e) {
            ours.completeExceptionally(e);
            throw e;
        } finally {
            leave(storageIndex);
            ours.completeExceptionally(new IOException("the upload ended without a result"));
        }
    }

    private UploadReport direct(CiphertextSource source, Goal goal, KnownServers onto, String via) throws IOException {
        try (var transfer = transfers.begin(Kind.UPLOAD, source.segmentation().size(), via)) {
            UploadReport report = run(source, goal, onto, transfer);
            transfer.succeed();
            return report;
        }
    }

    private UploadReport run(CiphertextSource source, Goal goal, KnownServers onto, Transfer transfer)
            throws IOException {
        var encoder = new ChkEncoder(source);
        var allocator = new Allocator(source.storageIndex(), encoder.shareBytes(), leaseSecret, incarnations);
        var upload = new Upload(onto, source, goal, patience, encoder, allocator, memory.openWriter(), cores, transfer);
        boolean lingers = false;
        try {
            UploadReport report = upload.run();
            lingers = upload.lingers() && linger(source.storageIndex(), upload);
            return report;
        } catch (IOException e) {
            transfer.fail(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            if (!lingers) {
                upload.close();
            }
        }
    }

    private synchronized void leave(StorageIndex storageIndex) {
        running.remove(storageIndex);
    }

    private synchronized Optional<Upload> takeLingering(StorageIndex storageIndex) {
        return Optional.ofNullable(lingering.remove(storageIndex));
    }

    /// Lets busy servers go on; says whether that is possible.
    private synchronized boolean linger(StorageIndex storageIndex, Upload upload) {
        if (closed) {
            return false;
        }
        lingering.put(storageIndex, upload);
        Thread.ofVirtual().name("lingering upload").start(() -> {
            try {
                upload.awaitLingering();
            } catch (InterruptedException e) {
                return; // nobody interrupts this thread
            }
            if (takeLingering(storageIndex, upload)) {
                upload.close();
            }
        });
        return true;
    }

    private synchronized boolean takeLingering(StorageIndex storageIndex, Upload upload) {
        return lingering.remove(storageIndex, upload);
    }

    /// Gives up what busy servers have not taken; uploads that run go on.
    @Override
    public void close() {
        Map<StorageIndex, Upload> left;
        synchronized (this) {
            closed = true;
            left = Map.copyOf(lingering);
            lingering.clear();
        }
        left.values().forEach(Upload::close);
    }
}
