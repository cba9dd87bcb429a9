package org.truckee.client.cap;

import org.truckee.crypto.Hash;
import org.truckee.crypto.StorageIndex;

/// `URI:SSK-Verifier:STORAGEINDEX:FINGERPRINT` or `URI:MDMF-Verifier:...`.
public record MutableVerifyCap(MutableFormat format, StorageIndex storageIndex, Hash fingerprint) implements VerifyCap {
    @Override
    public String uri() {
        return format.verifyPrefix() + storageIndex + ":" + fingerprint;
    }

    @Override
    public String toString() {
        return "MutableVerifyCap(" + format + " " + storageIndex + ")";
    }
}
