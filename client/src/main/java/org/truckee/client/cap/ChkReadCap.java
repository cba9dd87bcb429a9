package org.truckee.client.cap;

import java.util.Optional;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Hash;
import org.truckee.crypto.ReadKey;

/// `URI:CHK:KEY:UEBHASH:REQUIRED:TOTAL:SIZE`: an immutable file. `size` is in bytes.
public record ChkReadCap(ReadKey key, Hash uriExtensionHash, Encoding encoding, long size) implements ReadCap {
    static final String PREFIX = "URI:CHK:";

    @Override
    public String uri() {
        return PREFIX + Base32.encode(key.toBytes()) + ":" + uriExtensionHash + ":" + encoding.required() + ":"
                + encoding.total() + ":" + size;
    }

    public ChkVerifyCap toVerifyCap() {
        return new ChkVerifyCap(key.storageIndex(), uriExtensionHash, encoding, size);
    }

    @Override
    public Optional<VerifyCap> verifier() {
        return Optional.of(toVerifyCap());
    }

    @Override
    public String toString() {
        return "ChkReadCap(" + key.storageIndex() + ")";
    }
}
