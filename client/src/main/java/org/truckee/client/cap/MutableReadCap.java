package org.truckee.client.cap;

import java.util.Optional;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MutableReadKey;

/// `URI:SSK-RO:READKEY:FINGERPRINT` or `URI:MDMF-RO:...`: a mutable file, to read.
public record MutableReadCap(MutableFormat format, MutableReadKey readKey, Hash fingerprint) implements ReadCap {
    @Override
    public String uri() {
        return format.readPrefix() + Base32.encode(readKey.toBytes()) + ":" + fingerprint;
    }

    public MutableVerifyCap toVerifyCap() {
        return new MutableVerifyCap(format, readKey.storageIndex(), fingerprint);
    }

    @Override
    public Optional<VerifyCap> verifier() {
        return Optional.of(toVerifyCap());
    }

    @Override
    public String toString() {
        return "MutableReadCap(" + format + " " + readKey.storageIndex() + ")";
    }
}
