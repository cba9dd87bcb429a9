package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
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
    private static final int MEMORY_BYTES = 64 << 20;

    /// Files that are read as a whole, like directories, have no more bytes than this.
    public static final int MOST_AT_ONCE = 64 << 20;

    private final KnownServers servers;
    private final Policy policy;
    private final SecureRandom random;
    private final Cores cores;
    private final SegmentPool memory;
    private final Transfers transfers;
    private final Uploader uploader;
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
        this.servers = servers;
        this.policy = policy;
        this.random = random;
        this.cores = new Cores(Runtime.getRuntime().availableProcessors());
        this.memory = new SegmentPool(MEMORY_BYTES);
        this.transfers = transfers;
        this.uploader = new Uploader(servers, leaseSecret, incarnations, memory, cores, transfers);
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
        try {
            return upload(EncryptedFile.convergent(contents, policy.convergence(), segmentation));
        } catch (UnhappyUploadException e) {
            if (!e.hidden()) {
                throw e;
            }
            LOG.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("a file gets a random key, because its shares are being uploaded by somebody else");
            return upload(new EncryptedFile(contents, randomKey(), segmentation));
        }
    }

    private ReadKey randomKey() {
        var key = new byte[ReadKey.BYTES];
        random.nextBytes(key);
        return new ReadKey(key);
    }

    private ReadCap upload(EncryptedFile source) throws IOException {
        UploadReport report = upload(source, policy.happy());
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

    @Override
    public void close() {
        uploader.close();
        cores.close();
    }
}
