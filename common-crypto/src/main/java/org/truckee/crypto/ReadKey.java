package org.truckee.crypto;

/// The AES key of an immutable file: whoever has it reads the file, and it alone says where the shares are.
public final class ReadKey extends Secret {
    public static final int BYTES = AesCtr.KEY_BYTES;

    public ReadKey(byte[] bytes) {
        super(bytes, BYTES);
    }

    public StorageIndex storageIndex() {
        return new StorageIndex(Tag.CHK_KEY_TO_STORAGE_INDEX.hash(bytes, StorageIndex.BYTES));
    }

    /// The file's cipher at plaintext offset `offset`.
    public AesCtr cipherAt(long offset) {
        return AesCtr.at(bytes, offset);
    }
}
