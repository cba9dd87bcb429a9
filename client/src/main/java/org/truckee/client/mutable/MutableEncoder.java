package org.truckee.client.mutable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.crypto.MutableSigningKey;

/// Turns contents into the signed shares of one version of a mutable file.
final class MutableEncoder {
    private final MutableSigningKey key;
    private final MutableFormat format;
    private final Encoding encoding;

    MutableEncoder(MutableSigningKey key, MutableFormat format, Encoding encoding) {
        if (encoding.total() > 255) {
            throw new IllegalArgumentException("a mutable file has at most 255 shares, not " + encoding.total());
        }
        this.key = key;
        this.format = format;
        this.encoding = encoding;
    }

    /// A version with this number. Salts are drawn from `salts`: one in SDMF, one per segment in MDMF.
    MutableVersion encode(byte[] contents, long sequenceNumber, Supplier<Salt> salts) {
        Optional<Salt> salt = format == MutableFormat.SDMF ? Optional.of(salts.get()) : Optional.empty();
        var unsigned = CodedContents.headerFor(format, sequenceNumber, salt, encoding, contents.length);
        List<Salt> segmentSalts = new ArrayList<>();
        for (int segment = 0; segment < unsigned.segments(); segment++) {
            segmentSalts.add(salt.orElseGet(salts));
        }
        var coded = new CodedContents(unsigned, key.writeKey().readKey(), contents, segmentSalts);
        byte[] publicKey = key.publicKey().toBytes();
        byte[] signature = key.sign(coded.header().toBytes());
        byte[] signingKey = key.writeKey().transformSigningKey(key.toBytes());
        List<byte[]> shares = new ArrayList<>();
        for (int share = 0; share < encoding.total(); share++) {
            shares.add(coded.share(share, publicKey, signature, signingKey));
        }
        return new MutableVersion(coded.header(), shares);
    }
}
