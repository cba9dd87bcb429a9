package org.truckee.client.immutable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.grid.Together;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// An immutable file on the grid, to be read at any place. Shares that lie or fail are replaced by others while there
/// are any. Safe for use by several threads, one of which reads at a time.
public final class ChkFile {
    private static final Logger LOG = LoggerFactory.getLogger(ChkFile.class);

    private final ChkReadCap cap;
    private final KnownServers servers;
    private final ProvenHashes proven;

    /// Shares in use, by number, and further ones that could be.
    private final Map<Integer, Source> inUse = new TreeMap<>();

    private @Nullable Deque<Source> further;
    private @Nullable IOException lastFailure;
    private int cachedSegment = -1;
    private byte[] cached = new byte[0];

    private record Source(GridServer server, ChkShareReader reader) {}

    public ChkFile(ChkReadCap cap, KnownServers servers) {
        this.cap = cap;
        this.servers = servers;
        this.proven = new ProvenHashes(cap.toVerifyCap());
    }

    public long size() {
        return cap.size();
    }

    /// Reads up to `length` bytes from `offset` on into `target` at `at`; fewer at the end of the file only, -1 at or
    /// behind it.
    public synchronized int read(long offset, byte[] target, int at, int length) throws IOException {
        if (offset >= cap.size()) {
            return -1;
        }
        int wanted = (int) Math.min(length, cap.size() - offset);
        for (int done = 0; done < wanted; ) {
            findShares();
            Segmentation segmentation = proven.uriExtension().orElseThrow().segmentation();
            int segment = Math.toIntExact((offset + done) / segmentation.segmentBytes());
            byte[] plaintext = segment(segmentation, segment);
            int from = (int) (offset + done - segmentation.segmentOffset(segment));
            int bytes = Math.min(wanted - done, plaintext.length - from);
            System.arraycopy(plaintext, from, target, at + done, bytes);
            done += bytes;
        }
        return wanted;
    }

    private byte[] segment(Segmentation segmentation, int segment) throws IOException {
        if (segment != cachedSegment) {
            Map<Integer, byte[]> blocks = blocks(segment);
            byte[] ciphertext = new ChkDecoder(segmentation)
                    .decode(segment, blocks, proven.segmentHash(segment).orElseThrow())
                    .orElseThrow(() -> new IOException("segment " + segment + " of "
                            + cap.key().storageIndex() + " was made inconsistent by whoever uploaded it"));
            cached = cap.key().cipherAt(segmentation.segmentOffset(segment)).process(ciphertext);
            cachedSegment = segment;
        }
        return cached;
    }

    /// Blocks of a segment from `required` different shares; shares that fail are dropped and replaced.
    private Map<Integer, byte[]> blocks(int segment) throws IOException {
        Map<Integer, byte[]> blocks = new TreeMap<>();
        while (blocks.size() < cap.encoding().required()
                || proven.segmentHash(segment).isEmpty()) {
            findShares();
            List<Source> next = inUse.values().stream()
                    .filter(source -> !blocks.containsKey(source.reader().share()))
                    .toList();
            var answers = Together.ask(next, source -> read(source, segment));
            answers.heard()
                    .forEach((source, block) -> blocks.put(source.reader().share(), block));
            answers.failed().forEach(this::drop);
            if (answers.failed().isEmpty() && proven.segmentHash(segment).isEmpty()) {
                throw new IOException("no share proves segment " + segment);
            }
        }
        return blocks;
    }

    private byte[] read(Source source, int segment) throws IOException {
        source.reader().readCiphertextHashes(segment);
        return source.reader().readBlock(segment);
    }

    /// Opens shares until `required` are in use.
    private void findShares() throws IOException {
        Deque<Source> candidates = further;
        if (candidates == null) {
            candidates = locate();
            further = candidates;
        }
        while (inUse.size() < cap.encoding().required()) {
            List<Source> next = new ArrayList<>();
            for (int missing = cap.encoding().required() - inUse.size(); missing > 0 && !candidates.isEmpty(); ) {
                Source candidate = candidates.remove();
                if (!inUse.containsKey(candidate.reader().share())
                        && next.stream()
                                .noneMatch(other -> other.reader().share()
                                        == candidate.reader().share())) {
                    next.add(candidate);
                    missing--;
                }
            }
            if (next.isEmpty()) {
                throw notEnough();
            }
            var answers = Together.ask(next, source -> {
                source.reader().open();
                return source;
            });
            answers.heard().keySet().forEach(source -> inUse.put(source.reader().share(), source));
            answers.failed().forEach(this::drop);
        }
    }

    private NotEnoughSharesException notEnough() {
        var exception =
                new NotEnoughSharesException("the file needs " + cap.encoding().required()
                        + " shares and only " + inUse.size() + " can be had from the "
                        + servers.connected().size() + " servers connected");
        if (lastFailure != null) {
            exception.addSuppressed(lastFailure);
        }
        return exception;
    }

    private Deque<Source> locate() throws IOException {
        StorageIndex storageIndex = cap.key().storageIndex();
        List<GridServer> ring = ServerSelector.inOrder(servers.connected(), storageIndex);
        var lists = Together.ask(ring, server -> server.storage().list(ShareKind.IMMUTABLE, storageIndex));
        var found = new ArrayDeque<Source>();
        for (Map.Entry<GridServer, Set<Integer>> list : lists.heard().entrySet()) {
            for (int share : list.getValue()) {
                if (share < cap.encoding().total()) {
                    found.add(source(list.getKey(), storageIndex, share));
                }
            }
        }
        return found;
    }

    private Source source(GridServer server, StorageIndex storageIndex, int share) {
        ShareSource bytes = server.share(ShareKind.IMMUTABLE, storageIndex, share);
        return new Source(server, new ChkShareReader(share, bytes, proven));
    }

    private void drop(Source source, IOException failure) {
        inUse.remove(source.reader().share(), source);
        lastFailure = failure;
        LOG.atWarn()
                .addKeyValue("storageIndex", cap.key().storageIndex())
                .addKeyValue("share", source.reader().share())
                .addKeyValue("server", source.server())
                .addKeyValue("reason", failure.getMessage())
                .log("a share is not used any more");
        if (failure instanceof CorruptShareException corrupt) {
            advise(source, corrupt);
        }
    }

    private void advise(Source source, CorruptShareException corrupt) {
        try {
            source.server()
                    .storage()
                    .adviseCorrupt(
                            ShareKind.IMMUTABLE,
                            cap.key().storageIndex(),
                            corrupt.share(),
                            String.valueOf(corrupt.getMessage()));
        } catch (IOException unheard) {
            // the operator of that server does not learn of it; the reader is not harmed
        }
    }
}
