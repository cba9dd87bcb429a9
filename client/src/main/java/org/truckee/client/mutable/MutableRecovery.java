package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.share.DamageReport;
import org.truckee.client.share.HeldShare;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.protocol.storage.ByteRange;

/// Gets the newest version of a mutable file back from shares at hand, without any server. Every share of that
/// version is read whole and checked by itself. Belongs to one thread.
public final class MutableRecovery {
    private final MutableReadCap cap;
    private final DamageReport report;
    private final List<Source> sources;

    private record Source(HeldShare share, MutableShareReader reader) {}

    public MutableRecovery(MutableReadCap cap, List<HeldShare> shares, DamageReport report)
            throws NotEnoughSharesException {
        this.cap = cap;
        this.report = report;
        List<Source> all = new ArrayList<>();
        for (var share : shares) {
            try {
                all.add(new Source(share, MutableShareReader.open(share.number(), share.source(), cap.fingerprint())));
            } catch (IOException e) {
                report.add(share, e);
            }
        }
        this.sources = newest(all);
    }

    /// The shares of the newest version of which there are enough.
    private List<Source> newest(List<Source> all) throws NotEnoughSharesException {
        Map<MutableHeader, List<Source>> versions = all.stream()
                .collect(Collectors.groupingBy(source -> source.reader().header()));
        return versions.entrySet().stream()
                .filter(version -> numbers(version.getValue()).size()
                        >= version.getKey().encoding().required())
                .max(Comparator.comparing(Map.Entry::getKey, MutableHeader.BY_AGE))
                .map(Map.Entry::getValue)
                .orElseThrow(() -> new NotEnoughSharesException("no version of the file has enough shares: "
                        + all.size() + " good ones were found, of " + versions.size() + " versions"));
    }

    private static Set<Integer> numbers(List<Source> sources) {
        return sources.stream().map(source -> source.share().number()).collect(Collectors.toCollection(HashSet::new));
    }

    private MutableHeader header() {
        return sources.getFirst().reader().header();
    }

    /// Writes the file's contents from the start of `out` on.
    ///
    /// @throws NotEnoughSharesException if too few shares are good at some place
    public void writeTo(FileChannel out) throws IOException {
        var decoder = new MutableDecoder(header(), cap.readKey());
        long at = 0;
        for (int segment = 0; segment < header().segments(); segment++) {
            ByteBuffer plaintext = ByteBuffer.wrap(decoder.decode(segment, blocks(segment)));
            while (plaintext.hasRemaining()) {
                at += out.write(plaintext, at);
            }
        }
    }

    private Map<Integer, byte[]> blocks(int segment) throws NotEnoughSharesException {
        int required = header().encoding().required();
        Map<Integer, byte[]> blocks = new TreeMap<>();
        for (var source : sources) {
            try {
                byte[] block = source.reader().readBlock(segment);
                if (blocks.size() < required) {
                    blocks.put(source.share().number(), block);
                }
            } catch (IOException e) {
                report.add(source.share(), e);
            }
        }
        if (blocks.size() < required) {
            throw new NotEnoughSharesException("segment " + segment + " needs good blocks from " + required
                    + " different shares and has them from " + blocks.size());
        }
        return blocks;
    }

    /// Compares every byte of every share with what `contents`, which came back whole, must give: names also damage
    /// in bytes that no reader uses. What nothing determines (room left free, what is behind the end) is passed
    /// over; the encrypted signing key must be the one most shares have.
    public void verify(FileChannel contents) throws IOException {
        var whole = ByteBuffer.allocate(Math.toIntExact(header().fileBytes()));
        while (whole.hasRemaining() && contents.read(whole, whole.position()) >= 0) {
            // until it is full
        }
        var coded = new CodedContents(header(), cap.readKey(), whole.array(), salts());
        byte[] signingKey = mostFrequentSigningKey();
        for (var source : sources) {
            byte[] expected = coded.share(
                    source.share().number(),
                    source.reader().publicKey(),
                    source.reader().signature(),
                    signingKey);
            compare(source, expected);
        }
    }

    private List<Salt> salts() throws IOException {
        List<Salt> salts = new ArrayList<>();
        for (int segment = 0; segment < header().segments(); segment++) {
            salts.add(
                    header().format() == MutableFormat.SDMF
                            ? header().salt().orElseThrow()
                            : Salt.read(ByteBuffer.wrap(
                                    blocks(segment).values().iterator().next())));
        }
        return salts;
    }

    private byte[] mostFrequentSigningKey() throws IOException {
        Map<ByteBuffer, Integer> counts = new TreeMap<>();
        for (var source : sources) {
            counts.merge(ByteBuffer.wrap(source.reader().encryptedSigningKey()), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey()
                .array();
    }

    private void compare(Source source, byte[] expected) throws IOException {
        byte[] there = source.share().source().read(0, expected.length);
        MutableLayout layout = source.reader().layout();
        for (int at = 0; at < expected.length; at++) {
            if (at >= there.length || there[at] != expected[at]) {
                int begin = at;
                var section = layout.sectionAt(begin);
                while (at < expected.length
                        && layout.sectionAt(at) == section
                        && (at >= there.length || there[at] != expected[at])) {
                    at++;
                }
                if (!layout.isFree(begin)) {
                    report.add(
                            source.share(),
                            section,
                            new ByteRange(begin, at),
                            "it is not what the file's contents give");
                }
            }
        }
    }
}
