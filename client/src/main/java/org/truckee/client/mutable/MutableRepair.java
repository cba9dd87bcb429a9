package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.MutableSigningKey;

/// Makes the shares again that a mutable file lacks. As long as nobody has seen a later version, they are those of
/// the best version there is, byte for byte, so that no good share is touched and nothing is lost whenever it stops.
/// Otherwise they are a new version with the same contents, which is later than all. Belongs to one thread.
final class MutableRepair {
    private final MutableWriteCap cap;
    private final Servermap map;

    MutableRepair(MutableWriteCap cap, Servermap map) {
        this.cap = cap;
        this.map = map;
    }

    /// The version that all shares are to be of.
    ///
    /// @throws NotEnoughSharesException if no version can be had
    MutableVersion version(Supplier<Salt> salts) throws IOException {
        List<MutableShareReader> best = MutableFiles.best(map);
        MutableHeader header = best.getFirst().header();
        byte[] contents = MutableFiles.contents(map, cap.readOnly().readKey());
        boolean isLatest = map.shares().stream()
                .map(seen -> seen.share().header())
                .allMatch(other -> other.equals(header) || other.sequenceNumber() < header.sequenceNumber());
        Optional<MutableVersion> same = isLatest ? again(best, contents) : Optional.empty();
        if (same.isPresent()) {
            return same.get();
        }
        MutableSigningKey key = MutableFiles.signingKey(cap, best);
        return new MutableEncoder(key, cap.format(), header.encoding())
                .encode(contents, map.highestSequenceNumber() + 1, salts);
    }

    /// The best version once more; empty if its shares were not made as they are made here.
    private Optional<MutableVersion> again(List<MutableShareReader> best, byte[] contents) throws IOException {
        MutableHeader header = best.getFirst().header();
        var coded = new CodedContents(header, cap.readOnly().readKey(), contents, salts(best));
        if (!coded.header().equals(header)) {
            return Optional.empty();
        }
        MutableShareReader model = MutableFiles.withSigningKey(cap, best);
        List<byte[]> shares = new ArrayList<>();
        for (int share = 0; share < header.encoding().total(); share++) {
            shares.add(coded.share(share, model.publicKey(), model.signature(), model.encryptedSigningKey()));
        }
        return Optional.of(new MutableVersion(header, shares));
    }

    private static List<Salt> salts(List<MutableShareReader> best) throws IOException {
        MutableHeader header = best.getFirst().header();
        List<Salt> salts = new ArrayList<>();
        for (int segment = 0; segment < header.segments(); segment++) {
            salts.add(
                    header.format() == MutableFormat.SDMF
                            ? header.salt().orElseThrow()
                            : Salt.read(ByteBuffer.wrap(MutableFiles.blocks(best, segment)
                                    .values()
                                    .iterator()
                                    .next())));
        }
        return salts;
    }
}
