package org.truckee.client.immutable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.share.Damage;
import org.truckee.client.share.DamageReport;
import org.truckee.client.share.HeldShare;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.ReadKey;

/// All shares of an immutable file, in memory, to be damaged and decoded.
record EncodedShares(ChkReadCap cap, List<byte[]> shares) {
    /// Under a fixed key.
    static EncodedShares of(byte[] plaintext, int required, int total, int segmentBytes) throws IOException {
        var segmentation = Segmentation.of(new Encoding(required, total), plaintext.length, segmentBytes);
        return of(new EncryptedFile(Plaintext.of(plaintext), new ReadKey(new byte[16]), segmentation));
    }

    static EncodedShares of(EncryptedFile source) throws IOException {
        return of(source, ShareLayout.of(source.segmentation()));
    }

    static EncodedShares of(EncryptedFile source, ShareLayout layout) throws IOException {
        Segmentation segmentation = source.segmentation();
        var shares = new ByteArrayOutputStream[segmentation.encoding().total()];
        Arrays.setAll(shares, _ -> new ByteArrayOutputStream());
        try (var encoder = new ChkEncoder(source, layout)) {
            for (var share : shares) {
                share.writeBytes(encoder.header());
            }
            for (int segment = 0; segment < segmentation.segments(); segment++) {
                byte[][] blocks = encoder.nextSegment();
                for (int share = 0; share < shares.length; share++) {
                    shares[share].writeBytes(blocks[share]);
                }
            }
            var trailers = encoder.trailers();
            List<byte[]> bytes = new ArrayList<>();
            for (int share = 0; share < shares.length; share++) {
                shares[share].writeBytes(trailers.of(share).readAll());
                bytes.add(shares[share].toByteArray());
            }
            var cap = new ChkReadCap(
                    source.key(), trailers.uriExtension().hash(), segmentation.encoding(), segmentation.size());
            return new EncodedShares(cap, bytes);
        }
    }

    HeldShare held(int share) {
        return held(share, shares.get(share));
    }

    static HeldShare held(int share, byte[] bytes) {
        ShareSource source = (offset, length) -> Arrays.copyOfRange(
                bytes, (int) Math.min(offset, bytes.length), (int) Math.min(offset + length, bytes.length));
        return new HeldShare(share, source, "memory");
    }

    /// What `held` shares give back, and what was found wrong with them.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Recovered(byte[] contents, List<Damage> damages) {}

    Recovered recover(List<HeldShare> held, boolean verify) throws IOException {
        List<Damage> damages = new ArrayList<>();
        var report = new DamageReport(damages::add);
        Path file = Files.createTempFile("recovered", "");
        try (var out = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var recovery = new ChkRecovery(cap, held, report);
            recovery.writeTo(out);
            if (verify) {
                recovery.verify(out);
            }
            return new Recovered(Files.readAllBytes(file), damages);
        } finally {
            Files.delete(file);
        }
    }
}
