package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfers;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;

/// One client's uploads and downloads, of files in segments of 75 bytes, 3-of-10, in so little memory that two
/// segments fit.
final class Client implements AutoCloseable {
    static final Encoding ENCODING = new Encoding(3, 10);
    private static final int SEGMENT_BYTES = 75;

    private final KnownServers servers;
    private final Cores cores = new Cores(2);
    private final SegmentPool memory;
    private final Transfers transfers = new Transfers(InstantSource.system());
    private final Incarnations incarnations;
    private final Uploader uploader;

    Client(KnownServers servers) {
        this(servers, 2, Incarnations.unremembered(new SecureRandom()));
    }

    /// With memory for so many segments.
    Client(KnownServers servers, int segments, Incarnations incarnations) {
        this.servers = servers;
        this.memory = new SegmentPool(segments * 250L);
        this.incarnations = incarnations;
        this.uploader = new Uploader(
                servers, new LeaseSecret(new byte[32]), incarnations, memory, cores, transfers, Duration.ofMillis(500));
    }

    static byte[] contents(int bytes) {
        return contents(bytes, bytes);
    }

    static byte[] contents(int bytes, long seed) {
        var contents = new byte[bytes];
        new Random(seed).nextBytes(contents);
        return contents;
    }

    static EncryptedFile file(byte[] contents) {
        var segmentation = Segmentation.of(ENCODING, contents.length, SEGMENT_BYTES);
        try {
            return EncryptedFile.convergent(Plaintext.of(contents), new ConvergenceSecret(new byte[32]), segmentation);
        } catch (IOException e) {
            throw new AssertionError("memory can be read", e);
        }
    }

    static ChkReadCap cap(EncryptedFile file, UploadReport report) {
        return new ChkReadCap(
                file.key(),
                report.cap().uriExtensionHash(),
                ENCODING,
                report.cap().size());
    }

    UploadReport upload(CiphertextSource source, int happy) throws IOException {
        return uploader.upload(source, happy);
    }

    UploadReport repair(CiphertextSource source, ChkVerifyCap cap) throws IOException {
        return uploader.repair(source, cap, List.of(), servers);
    }

    ChkFile open(ChkReadCap cap) {
        return new ChkFile(cap.toVerifyCap(), Optional.of(cap.key()), servers, memory, cores, transfers);
    }

    SegmentPool memory() {
        return memory;
    }

    Transfers transfers() {
        return transfers;
    }

    Incarnations incarnations() {
        return incarnations;
    }

    @Override
    public void close() {
        uploader.close();
        cores.close();
    }
}
