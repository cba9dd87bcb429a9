package org.truckee.crypto;

/// What decrypts every version of a mutable file and says where its shares are.
public final class MutableReadKey extends Secret {
    public static final int BYTES = AesCtr.KEY_BYTES;

    public MutableReadKey(byte[] bytes) {
        super(bytes, BYTES);
    }

    public StorageIndex storageIndex() {
        return new StorageIndex(Tag.MUTABLE_READ_KEY_TO_STORAGE_INDEX.hash(bytes, StorageIndex.BYTES));
    }

    /// The cipher of one version (SDMF) or one segment (MDMF), which differ by `salt` (16 bytes).
    public AesCtr cipher(byte[] salt) {
        return AesCtr.of(Tag.MUTABLE_READ_KEY_TO_DATA_KEY.pair(salt, bytes, AesCtr.KEY_BYTES));
    }
}
