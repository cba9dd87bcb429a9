package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfers;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.ReadKey;

/// Uploads and opens files that never change. Safe for use by any number of threads.
public final class ImmutableFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImmutableFiles.class);

    /// Files that are read as a whole, like directories, have no more bytes than this.
    public static final int MOST_AT_ONCE = 64 << 20;

    private final KnownServers servers;
    private final Policy policy;
    private final SecureRandom random;
    private final Cores cores;
    private final SegmentPool memory;
    private final Transfers transfers;
    private final Uploader uploader;
    private final ReadBack readBack;
    private final HelpedUploads helped;
    private final ReducedUploads reduced = new ReducedUploads();

    /// How new files are coded, how many servers must hold a share of their own, and among whom equal files are
    /// equal.
    public record Policy(Encoding encoding, int happy, ConvergenceSecret convergence) {}

    public ImmutableFiles(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            Policy policy,
            Transfers transfers,
            SecureRandom random) {
        this(servers, leaseSecret, incarnations, policy, Helping.none(), transfers, random);
    }

    /// For a client that sends files through helpers where that is better.
    public ImmutableFiles(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            Policy policy,
            Helping helping,
            Transfers transfers,
            SecureRandom random) {
        this(servers, leaseSecret, incarnations, policy, helping, HelperPatience.usual(servers), transfers, random);
    }

    /// With another patience with helpers.
    ImmutableFiles(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            Policy policy,
            Helping helping,
            HelperPatience patience,
            Transfers transfers,
            SecureRandom random) {
        this.servers = servers;
        this.policy = policy;
        this.random = random;
        this.cores = new Cores(Runtime.getRuntime().availableProcessors());
        this.memory = SegmentPool.ofThisProcess();
        this.transfers = transfers;
        this.uploader = new Uploader(servers, leaseSecret, incarnations, memory, cores, transfers);
        this.readBack = ReadBack.start(helping.readBack(), new Shares());
        this.helped = new HelpedUploads(
                helping.helpers(), servers, leaseSecret, memory, cores, transfers, random, readBack, patience);
    }

    /// Stores contents; what fits into a capability is not sent anywhere. The key follows from the contents, so that
    /// equal files are stored once; only where servers hide the shares of somebody's unfinished upload of the same
    /// file is it random.
    ///
    /// @throws UnhappyUploadException if too few servers take shares
    public ReadCap upload(Plaintext contents) throws IOException {
        if (contents.size() <= LiteralCap.MAX_BYTES) {
            var bytes = new byte[(int) contents.size()];
            contents.read(0, bytes, 0, bytes.length);
            return new LiteralCap(bytes);
        }
        var segmentation = Segmentation.of(policy.encoding(), contents.size(), Segmentation.DEFAULT_SEGMENT_BYTES);
        var convergent = EncryptedFile.convergent(contents, policy.convergence(), segmentation);
        try {
            return stored(
                    convergent,
                    uploader.once(convergent.storageIndex(), policy.happy(), () -> helpedOrDirect(convergent)));
        } catch (UnhappyUploadException e) {
            if (!e.hidden()) {
                throw e;
            }
            LOG.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("a file gets a random key, because its shares are being uploaded by somebody else");
        } catch (ExpansionFailedException e) {
            LOG.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("a file gets a random key, because a helper may have put anything under its own");
        }
        var random = new EncryptedFile(contents, randomKey(), segmentation);
        return stored(random, upload(random, policy.happy()));
    }

    /// Finds the key of contents that [#upload] will be given.
    public ContentKey contentKey() {
        return new ContentKey(policy.encoding(), policy.convergence());
    }

    private UploadReport helpedOrDirect(CiphertextSource source) throws IOException {
        var report = helped.upload(source, policy.happy());
        return report.isPresent() ? report.get() : uploader.direct(source, policy.happy());
    }

    private ReadKey randomKey() {
        var key = new byte[ReadKey.BYTES];
        random.nextBytes(key);
        return new ReadKey(key);
    }

    private ReadCap stored(EncryptedFile source, UploadReport report) {
        reduced.add(report);
        var cap = report.cap();
        return new ChkReadCap(source.key(), cap.uriExtensionHash(), cap.encoding(), cap.size());
    }

    /// Stores a ciphertext, whoever has its key.
    public UploadReport upload(CiphertextSource source, int happy) throws IOException {
        return uploader.upload(source, happy);
    }

    /// Files that could be on more servers than they are.
    public ReducedUploads reduced() {
        return reduced;
    }

    /// Opens a file for reading at any place.
    public ChkFile open(ChkReadCap cap) {
        return new ChkFile(cap.toVerifyCap(), Optional.of(cap.key()), servers, memory, cores, transfers);
    }

    /// All contents of a file.
    ///
    /// @throws IOException also if it has more than [#MOST_AT_ONCE] bytes
    public byte[] read(ChkReadCap cap) throws IOException {
        if (cap.size() > MOST_AT_ONCE) {
            throw new IOException(
                    "a file of " + cap.size() + " bytes is not read at once: " + MOST_AT_ONCE + " are the most");
        }
        var bytes = new byte[Math.toIntExact(cap.size())];
        try (var file = open(cap)) {
            file.read(0, bytes, 0, bytes.length);
        }
        return bytes;
    }

    /// Says how a file's shares at `from` are. They are believed to be what their servers say, or, with `verify`,
    /// read to the last byte. `known` are shares that are known to be of no use.
    public FileHealth check(
            ChkVerifyCap cap, Collection<GridServer> from, boolean verify, Collection<DamagedShare> known)
            throws IOException {
        return new ChkChecker(cap, cores, known).check(from, verify);
    }

    /// Gives as many servers of `onto` as possible a good share of their own, made of any shares that can be read.
    /// What is `damaged` cannot be replaced where it is, so it is made good elsewhere.
    public UploadReport repair(ChkVerifyCap cap, Collection<DamagedShare> damaged, KnownServers onto)
            throws IOException {
        try (var file = new ChkFile(cap, Optional.empty(), servers, memory, cores, transfers)) {
            return uploader.repair(new StoredCiphertext(cap, file), cap, damaged, onto);
        }
    }

    /// How far the files are read back that helpers have placed.
    public ReadBack readBack() {
        return readBack;
    }

    private final class Shares implements ReadBack.Shares {
        @Override
        public List<GridServer> connected() {
            return servers.connected();
        }

        @Override
        public FileHealth verify(ChkVerifyCap cap, GridServer server) throws IOException {
            return check(cap, List.of(server), true, List.of());
        }

        @Override
        public UploadReport repair(ChkVerifyCap cap, Collection<DamagedShare> damaged, Optional<CiphertextSource> copy)
                throws IOException {
            return copy.isPresent()
                    ? uploader.repair(copy.get(), cap, damaged, servers)
                    : ImmutableFiles.this.repair(cap, damaged, servers);
        }
    }

    @Override
    public void close() {
        readBack.close();
        uploader.close();
        cores.close();
    }
}
