package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.ChkShareReader.FetchedBlock;
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
        this.cache = new SegmentCache(memory.open(), threads, this::load);
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
        for (int done = 0; done < wanted; ) {
            int segment = Math.toIntExact((offset + done) / segmentation.segmentBytes());
            int from = (int) (offset + done - segmentation.segmentOffset(segment));
            int bytes = Math.min(wanted - done, segmentation.segmentLength(segment) - from);
            cache.copy(segmentation, segment, from, target, at + done, bytes);
            done += bytes;
        }
        transfer.ifPresent(moving -> moving.moved(wanted));
        return wanted;
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

    /// A block and the hash of its segment, both proven.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record ProvenBlock(byte[] bytes, Hash segmentHash) {}

    private void load(int segment, byte[] target) throws IOException {
        Segmentation segmentation = segmentation();
        int required = cap.encoding().required();
        Map<Integer, ProvenBlock> proofs = new BestShares<>(
                        shares,
                        threads,
                        advisories,
                        required,
                        segmentation.blockLength(segment),
                        share -> block(share, segment))
                .get(required, false);
        Map<Integer, byte[]> blocks = new TreeMap<>();
        proofs.forEach((share, block) -> blocks.put(share, block.bytes()));
        Hash hash = proofs.values().iterator().next().segmentHash();
        boolean consistent = cores.run(() -> new ChkDecoder(segmentation).decode(segment, blocks, hash, key, target));
        if (!consistent) {
            throw new IOException("segment " + segment + " of " + cap.storageIndex()
                    + " was made inconsistent by whoever uploaded it: no choice of shares can be believed");
        }
    }

    private ProvenBlock block(FoundShare share, int segment) throws IOException {
        try {
            ChkShareReader reader = share.open();
            Hash hash = reader.readCiphertextHash(segment);
            FetchedBlock fetched = reader.fetchBlock(segment);
            byte[] block = cores.run(() -> reader.checked(segment, fetched));
            transfer.ifPresent(moving -> moving.share(share.share(), share.server(), ShareState.MOVING, block.length));
            return new ProvenBlock(block, hash);
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                transfer.ifPresent(moving -> moving.share(share.share(), share.server(), ShareState.DROPPED, 0));
            }
            throw e;
        }
    }

    /// Ends all reads.
    @Override
    public void close() {
        threads.shutdownNow();
        cache.close();
        transfer.ifPresent(Transfer::succeed);
    }
}
