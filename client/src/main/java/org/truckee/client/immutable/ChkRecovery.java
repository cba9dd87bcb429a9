package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.share.Comparison;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.DamageReport;
import org.truckee.client.share.HeldShare;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.Hash;
import org.truckee.protocol.ByteStream;

/// Gets an immutable file back from shares at hand, without any server. Every share is read whole and checked by
/// itself, so that all damage a reader could meet is told; memory does not grow with the file.
/// Belongs to one thread.
public final class ChkRecovery {
    private static final int PIECE_BYTES = 64 << 10;

    private final ChkReadCap cap;
    private final DamageReport report;
    private final List<Source> sources = new ArrayList<>();

    /// A share, its reader, and what has been proven by this share alone.
    private record Source(HeldShare share, ChkShareReader reader, ProvenHashes proven) {}

    public ChkRecovery(ChkReadCap cap, List<HeldShare> shares, DamageReport report) {
        this.cap = cap;
        this.report = report;
        for (var share : shares) {
            var proven = new ProvenHashes(cap.toVerifyCap());
            var source = new Source(share, new ChkShareReader(share.number(), share.source(), proven), proven);
            try {
                source.reader().open();
                sources.add(source);
            } catch (IOException e) {
                report.add(share, e);
            }
        }
    }

    /// Writes the file's contents from the start of `out` on.
    ///
    /// @throws NotEnoughSharesException if too few shares are good at some place
    public void writeTo(FileChannel out) throws IOException {
        Segmentation segmentation = segmentation();
        var decoder = new ChkDecoder(segmentation);
        for (int segment = 0; segment < segmentation.segments(); segment++) {
            byte[] ciphertext = decode(decoder, segment);
            long offset = segmentation.segmentOffset(segment);
            ByteBuffer plaintext = ByteBuffer.wrap(cap.key().cipherAt(offset).process(ciphertext));
            while (plaintext.hasRemaining()) {
                out.write(plaintext, offset + plaintext.position());
            }
        }
    }

    private Segmentation segmentation() throws NotEnoughSharesException {
        return sources.stream()
                .findFirst()
                .flatMap(source -> source.proven().uriExtension())
                .map(UriExtension::segmentation)
                .orElseThrow(() -> notEnough(0, "the file"));
    }

    private byte[] decode(ChkDecoder decoder, int segment) throws IOException {
        Map<Integer, byte[]> blocks = new TreeMap<>();
        Optional<Hash> hash = Optional.empty();
        for (var source : sources) {
            try {
                hash = Optional.of(source.reader().readCiphertextHash(segment));
            } catch (IOException e) {
                report.add(source.share(), e);
            }
            try {
                byte[] block = source.reader().readBlock(segment);
                if (blocks.size() < cap.encoding().required()) {
                    blocks.put(source.share().number(), block);
                }
            } catch (IOException e) {
                report.add(source.share(), e);
            }
        }
        if (blocks.size() < cap.encoding().required() || hash.isEmpty()) {
            throw notEnough(blocks.size(), "segment " + segment);
        }
        return decoder.decode(segment, blocks, hash.get())
                .orElseThrow(() -> new IOException("segment " + segment
                        + " was made inconsistent by whoever uploaded the file: no choice of shares can be believed"));
    }

    private NotEnoughSharesException notEnough(int found, String what) {
        return new NotEnoughSharesException(what + " needs good blocks from "
                + cap.encoding().required() + " different shares and has them from " + found);
    }

    /// Compares every byte of every share with what `contents`, which came back whole, must give: names also damage
    /// in bytes that no reader uses.
    public void verify(FileChannel contents) throws IOException {
        Map<Integer, List<Source>> byVersion = sources.stream()
                .collect(Collectors.groupingBy(source -> source.reader().layoutVersion()));
        for (var version : byVersion.entrySet()) {
            verify(contents, ShareLayout.of(version.getKey(), segmentation()), version.getValue());
        }
    }

    private void verify(FileChannel contents, ShareLayout layout, List<Source> shares) throws IOException {
        var source = new EncryptedFile(Plaintext.of(contents, cap.size()), cap.key(), segmentation());
        List<Comparison> comparisons = shares.stream()
                .map(held -> new Comparison(held.share(), report))
                .toList();
        try (var encoder = new ChkEncoder(source, layout)) {
            for (var comparison : comparisons) {
                comparison.expect(Section.HEADER, encoder.header());
            }
            for (int segment = 0; segment < segmentation().segments(); segment++) {
                byte[][] blocks = encoder.nextSegment();
                for (int i = 0; i < shares.size(); i++) {
                    comparisons
                            .get(i)
                            .expect(Section.BLOCKS, blocks[shares.get(i).share().number()]);
                }
            }
            var trailers = encoder.trailers();
            for (int i = 0; i < shares.size(); i++) {
                try (var end = trailers.of(shares.get(i).share().number())) {
                    compareEnd(layout, end, comparisons.get(i));
                }
            }
        }
    }

    private static void compareEnd(ShareLayout layout, ByteStream end, Comparison comparison) throws IOException {
        for (var part : layout.sectionsBehindBlocks(end.length())) {
            for (long bytes = part.range().length(); bytes > 0; ) {
                var piece = new byte[(int) Math.min(bytes, PIECE_BYTES)];
                end.readFully(ByteBuffer.wrap(piece));
                if (part.section() == Section.SHARE_HASHES) {
                    comparison.skip(piece.length); // proven when the share was opened, in whatever order
                } else {
                    comparison.expect(part.section(), piece);
                }
                bytes -= piece.length;
            }
        }
        comparison.expectEnd();
    }
}
