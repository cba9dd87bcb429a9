package org.truckee.client.cap;

import org.truckee.crypto.Base32;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.WriteKey;

/// `URI:SSK:WRITEKEY:FINGERPRINT` or `URI:MDMF:...`: a mutable file, to read and change.
public record MutableWriteCap(MutableFormat format, WriteKey writeKey, Hash fingerprint) implements WriteCap {
    /// Of the file that this key signs.
    public static MutableWriteCap of(MutableFormat format, MutableSigningKey key) {
        return new MutableWriteCap(format, key.writeKey(), key.publicKey().fingerprint());
    }

    @Override
    public String uri() {
        return format.writePrefix() + Base32.encode(writeKey.toBytes()) + ":" + fingerprint;
    }

    @Override
    public MutableReadCap readOnly() {
        return new MutableReadCap(format, writeKey.readKey(), fingerprint);
    }

    @Override
    public String toString() {
        return "MutableWriteCap(" + format + " " + readOnly().readKey().storageIndex() + ")";
    }
}
