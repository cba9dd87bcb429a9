package org.truckee.client.cap;

import org.truckee.crypto.Hash;
import org.truckee.crypto.StorageIndex;

/// `URI:CHK-Verifier:STORAGEINDEX:UEBHASH:REQUIRED:TOTAL:SIZE`. `size` is in bytes.
public record ChkVerifyCap(StorageIndex storageIndex, Hash uriExtensionHash, Encoding encoding, long size)
        implements VerifyCap {
    static final String PREFIX = "URI:CHK-Verifier:";

    @Override
    public String uri() {
        return PREFIX + storageIndex + ":" + uriExtensionHash + ":" + encoding.required() + ":" + encoding.total() + ":"
                + size;
    }

    @Override
    public String toString() {
        return "ChkVerifyCap(" + storageIndex + ")";
    }
}
