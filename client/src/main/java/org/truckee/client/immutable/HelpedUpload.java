package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownHelper;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Rate;
import org.truckee.client.grid.Together;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.protocol.helper.CommitAnswer.Placed;
import org.truckee.protocol.helper.CommitAnswer.Placing;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperMessages.Opened;
import org.truckee.protocol.helper.HelperRefusedException;

/// One file's way through a helper: its ciphertext is sent once, while it is encoded and hashed here as well; then
/// the helper is told which file it must have encoded, and what it says of its shares is asked of the servers.
/// Belongs to one thread.
final class HelpedUpload {
    private static final Logger LOG = LoggerFactory.getLogger(HelpedUpload.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final KnownHelper helper;
    private final ExpansionRequest request;
    private final CiphertextSource source;
    private final Transfer transfer;
    private final Rate rate;
    private final HelperPatience patience;
    private final KnownServers servers;
    private final SecureRandom random;

    /// What the helper calls the expansion.
    private String id = "";

    HelpedUpload(
            KnownHelper helper,
            ExpansionRequest request,
            CiphertextSource source,
            Transfer transfer,
            Rate rate,
            HelperPatience patience,
            KnownServers servers,
            SecureRandom random) {
        this.helper = helper;
        this.request = request;
        this.source = source;
        this.transfer = transfer;
        this.rate = rate;
        this.patience = patience;
        this.servers = servers;
        this.random = random;
    }

    /// @param sample asks servers for the shares of what was encoded
    UploadReport run(Opened opened, LocalEncoding encoding, Function<ChkVerifyCap, ShareSample> sample)
            throws IOException {
        id = opened.id();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ChkVerifyCap> encoded = threads.submit(encoding::run);
            try {
                send(opened);
                ChkVerifyCap cap = await(encoded);
                Placed placed = commit(cap);
                UploadReport report = sample.apply(cap).take(servers.connected(), placed.shares());
                checkHappy(report, placed);
                show(report);
                return report;
            } finally {
                threads.shutdownNow();
                drop();
            }
        }
    }

    private static ChkVerifyCap await(Future<ChkVerifyCap> encoded) throws IOException {
        try {
            return encoded.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        } catch (ExecutionException e) {
            throw Together.asIo(e.getCause());
        }
    }

    /// Sends what the helper does not have, also when the connection to it is lost on the way and it comes back.
    private void send(Opened opened) throws IOException {
        long received = checked(opened);
        transfer.moved(received);
        while (received < request.size()) {
            var rest = new SentCiphertext(source, received, rate, transfer);
            String to = id;
            long from = received;
            try {
                received = patience.within(() -> helper.client().send(to, from, rest), rest::at);
                if (received != request.size()) {
                    throw new IOException("it says that it has " + received + " bytes of " + request.size());
                }
            } catch (HelperRefusedException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                long now = checked(reopen(e));
                if (now <= received) {
                    throw e;
                }
                received = now;
            }
        }
    }

    private long checked(Opened opened) throws IOException {
        id = opened.id();
        if (opened.received() > request.size()) {
            throw new IOException("it says that it has " + opened.received() + " bytes of " + request.size());
        }
        return opened.present() ? request.size() : opened.received();
    }

    /// A helper that restarts is back soon, and has what it was sent.
    private Opened reopen(IOException lost) throws IOException {
        long end = System.nanoTime() + patience.absence().toNanos();
        while (System.nanoTime() < end) {
            try {
                return helper.client().open(again());
            } catch (HelperRefusedException e) {
                throw e;
            } catch (IOException e) {
                Upload.pause(PAUSE);
            }
        }
        throw lost;
    }

    private ExpansionRequest again() {
        return new ExpansionRequest(
                request.storageIndex(),
                request.size(),
                request.required(),
                request.happy(),
                request.total(),
                request.segmentBytes(),
                ExpansionRequest.newNonce(random));
    }

    /// Waits for the helper as long as it says that it places more, which it cannot for ever.
    private Placed commit(ChkVerifyCap cap) throws IOException {
        long most = 2 * (request.size() / request.required()) * request.total();
        long before = 0;
        long since = System.nanoTime();
        while (true) {
            switch (patience.within(() -> helper.client().commit(id, cap.uriExtensionHash()))) {
                case Placed placed -> {
                    return placed;
                }
                case Placing(long bytes) -> {
                    long now = System.nanoTime();
                    boolean slow = bytes - before < patience.leastBytes();
                    boolean stuck = slow && now - since > 2 * patience.window().toNanos();
                    if (bytes > most || stuck) {
                        throw new IOException("it does not get done with placing the shares");
                    }
                    if (!slow) {
                        before = bytes;
                        since = now;
                    }
                }
            }
        }
    }

    private void checkHappy(UploadReport report, Placed placed) throws IOException {
        if (report.happiness() < request.happy()) {
            int claimed = placed.shares().size();
            throw new IOException("it says that shares are on " + claimed + (claimed == 1 ? " server" : " servers")
                    + ", but only " + report.happiness() + " of the " + request.happy()
                    + " that are needed confirm one of their own");
        }
    }

    private void show(UploadReport report) {
        report.holders().forEach((share, holders) -> {
            for (GridServer holder : holders) {
                transfer.share(share, holder, ShareState.STORED, 0);
            }
        });
    }

    /// So that the helper need not keep what nobody needs any more.
    private void drop() {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            patience.brief().within(() -> {
                helper.client().drop(id);
                return Optional.empty();
            });
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a helper was not told that an expansion is over");
        }
    }
}
