package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.ChkShareReader.FetchedBlock;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.Hash;
import org.truckee.crypto.ReadKey;

/// An immutable file on the grid, to be read at any place; without its key its ciphertext is. Nothing is believed
/// before it is proven; shares that lie, fail or are slow are replaced by others while there are any. Who reads on
/// where he read before finds the next segments there already. Safe for use by any number of threads, which do not
/// wait for each other.
public final class ChkFile implements AutoCloseable {
    /// What is read from a share before any block.
    private static final int OPENING_BYTES = 4096;

    private final ChkVerifyCap cap;
    private final Optional<ReadKey> key;
    private final Cores cores;
    private final Transfers transfers;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ProvenHashes proven;
    private final FoundShares shares;
    private final Advisories advisories;
    private final SegmentCache cache;

    /// Held by the one who opens the first shares, or begins the transfer.
    private final ReentrantLock opening = new ReentrantLock();

    /// Guarded by this object's monitor.
    private @Nullable ChkDecoder decoder;

    private boolean located;
    private volatile Optional<Transfer> transfer = Optional.empty();

    ChkFile(
            ChkVerifyCap cap,
            Optional<ReadKey> key,
            KnownServers servers,
            SegmentPool memory,
            Cores cores,
            Transfers transfers) {
        this.cap = cap;
        this.key = key;
        this.cores = cores;
        this.transfers = transfers;
        this.proven = new ProvenHashes(cap);
        this.shares = new FoundShares(servers, proven, threads);
        this.advisories = new Advisories(cap.storageIndex(), threads);
        this.cache = new SegmentCache(memory.openReader(), threads, this::load);
    }

    public long size() {
        return cap.size();
    }

    /// Reads up to `length` bytes from `offset` on into `target` at `at`; fewer at the end of the file only, -1 at or
    /// behind it.
    ///
    /// @throws NotEnoughSharesException if too few good shares can be had
    public int read(long offset, byte[] target, int at, int length) throws IOException {
        if (offset >= cap.size()) {
            return -1;
        }
        if (threads.isShutdown()) {
            throw new IOException("the file is closed");
        }
        Segmentation segmentation = segmentation();
        int wanted = (int) Math.min(length, cap.size() - offset);
        try {
            fill(segmentation, offset, target, at, wanted);
        } catch (IOException e) {
            if (!threads.isShutdown() && !Thread.currentThread().isInterrupted()) {
                transfer.ifPresent(moving -> moving.fail(String.valueOf(e.getMessage())));
            }
            throw e;
        }
        transfer.ifPresent(moving -> moving.moved(wanted));
        return wanted;
    }

    private void fill(Segmentation segmentation, long offset, byte[] target, int at, int wanted) throws IOException {
        for (int done = 0; done < wanted; ) {
            int segment = Math.toIntExact((offset + done) / segmentation.segmentBytes());
            int from = (int) (offset + done - segmentation.segmentOffset(segment));
            int bytes = Math.min(wanted - done, segmentation.segmentLength(segment) - from);
            cache.copy(segmentation, segment, from, target, at + done, bytes);
            done += bytes;
        }
    }

    /// How the file is cut, which the first good share tells. As many shares as will be needed are opened beside it.
    Segmentation segmentation() throws IOException {
        if (proven.uriExtension().isEmpty()) {
            lock();
            try {
                if (proven.uriExtension().isEmpty()) {
                    openShares();
                }
            } finally {
                opening.unlock();
            }
        }
        return proven.uriExtension().orElseThrow().segmentation();
    }

    private void lock() throws InterruptedIOException {
        try {
            opening.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was opened");
        }
    }

    private void openShares() throws IOException {
        if (transfer.isEmpty()) {
            transfer = Optional.of(transfers.begin(Kind.DOWNLOAD, cap.size(), key.isPresent() ? "direct" : "repair"));
        }
        if (!located) {
            shares.lookAgain();
            located = true;
        }
        new BestShares<>(shares, threads, advisories, 1, OPENING_BYTES, FoundShare::open)
                .get(cap.encoding().required(), true);
    }

    /// The block of a share, still to be checked, and the hash of its segment, which is proven.
    private record Fetched(ChkShareReader reader, FetchedBlock block, Hash segmentHash) {}

    /// The hash of a segment proves all blocks that it was made from, unless they contain padding. They are checked
    /// one by one only where that is needed to tell which share lies.
    private void load(int segment, byte[] target) throws IOException {
        Segmentation segmentation = segmentation();
        int required = cap.encoding().required();
        var best = new BestShares<>(
                shares,
                threads,
                advisories,
                required,
                segmentation.blockLength(segment),
                share -> fetch(share, segment));
        boolean padded = segmentation.segmentLength(segment) % required != 0;
        while (true) {
            Map<Integer, Fetched> blocks = best.get(required, false);
            if (padded && refuseFalse(best, segment, blocks)) {
                continue;
            }
            if (decode(segmentation, segment, blocks, target)) {
                return;
            }
            if (!refuseFalse(best, segment, blocks)) {
                throw new IOException("segment " + segment + " of " + cap.storageIndex()
                        + " was made inconsistent by whoever uploaded it: no choice of shares can be believed");
            }
        }
    }

    private Fetched fetch(FoundShare share, int segment) throws IOException {
        try {
            ChkShareReader reader = share.open();
            Hash hash = reader.readCiphertextHash(segment);
            FetchedBlock block = reader.fetchBlock(segment);
            int bytes = block.bytes().length;
            transfer.ifPresent(moving -> moving.share(share.share(), share.server(), ShareState.MOVING, bytes));
            return new Fetched(reader, block, hash);
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                transfer.ifPresent(moving -> moving.share(share.share(), share.server(), ShareState.DROPPED, 0));
            }
            throw e;
        }
    }

    /// Whether the blocks make the right segment, which then stands in `target`.
    private boolean decode(Segmentation segmentation, int segment, Map<Integer, Fetched> fetched, byte[] target)
            throws IOException {
        Map<Integer, byte[]> blocks = new TreeMap<>();
        fetched.forEach((share, block) -> blocks.put(share, block.block().bytes()));
        Hash hash = fetched.values().iterator().next().segmentHash();
        ChkDecoder chosen = decoder(segmentation);
        return cores.run(() -> chosen.decode(segment, blocks, hash, key, target));
    }

    /// One for all segments, most of which are decoded from the same shares.
    private synchronized ChkDecoder decoder(Segmentation segmentation) {
        ChkDecoder made = decoder;
        if (made == null) {
            made = new ChkDecoder(segmentation);
            decoder = made;
        }
        return made;
    }

    /// Has blocks that are not what their shares' hashes say replaced; says whether there are any.
    private boolean refuseFalse(BestShares<Fetched> best, int segment, Map<Integer, Fetched> blocks)
            throws IOException {
        boolean any = false;
        for (var block : blocks.entrySet()) {
            Fetched fetched = block.getValue();
            Optional<CorruptShareException> damage =
                    cores.run(() -> fetched.reader().damage(segment, fetched.block()));
            damage.ifPresent(what -> best.refuse(block.getKey(), what));
            any |= damage.isPresent();
        }
        return any;
    }

    /// Ends all reads.
    @Override
    public void close() {
        threads.shutdownNow();
        cache.close();
        transfer.ifPresent(Transfer::succeed);
    }
}
