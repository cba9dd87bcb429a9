package org.truckee.crypto;

import java.util.Optional;

/// A client's 32 bytes (`private/secret`) from which the secrets of all its leases follow.
public final class LeaseSecret extends Secret {
    public static final int BYTES = 32;

    public LeaseSecret(byte[] bytes) {
        super(bytes, BYTES);
    }

    public static Optional<LeaseSecret> parse(String text) {
        return Base32.decode(text, BYTES).map(LeaseSecret::new);
    }

    /// What renews and cancels this client's lease on everything that `server` keeps under `storageIndex`.
    public LeaseSecrets leaseSecrets(StorageIndex storageIndex, TubId server) {
        byte[] renewal = Tag.FILE_RENEWAL.pair(Tag.CLIENT_RENEWAL.hashWithSwappedRoles(this), storageIndex.bytes);
        byte[] cancel = Tag.FILE_CANCEL.pair(Tag.CLIENT_CANCEL.hashWithSwappedRoles(this), storageIndex.bytes);
        return new LeaseSecrets(
                Tag.BUCKET_RENEWAL.pair(renewal, server.bytes), Tag.BUCKET_CANCEL.pair(cancel, server.bytes));
    }

    /// What an upload of `storageIndex` to `server` is known by there. It differs per run of the client
    /// (`incarnation`, 16 bytes), so that a later run can name and abort what an earlier one left behind.
    public UploadSecret uploadSecret(byte[] incarnation, StorageIndex storageIndex, TubId server) {
        byte[] ours = Tag.UPLOAD_SECRET.pair(bytes, incarnation);
        return new UploadSecret(Tag.UPLOAD_SECRET.pair(Tag.UPLOAD_SECRET.pair(ours, storageIndex.bytes), server.bytes));
    }

    /// As kept in `private/secret`.
    public String toText() {
        return Base32.encode(bytes);
    }
}
