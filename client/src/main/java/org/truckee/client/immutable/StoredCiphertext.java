package org.truckee.client.immutable;

import java.io.IOException;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.crypto.StorageIndex;

/// The ciphertext of a file that is on the grid, from any of its shares that are good: what a repair sends again.
final class StoredCiphertext implements CiphertextSource {
    private final ChkVerifyCap cap;
    private final ChkFile file;
    private final Segmentation segmentation;

    /// `file` was opened without a key.
    StoredCiphertext(ChkVerifyCap cap, ChkFile file) throws IOException {
        this.cap = cap;
        this.file = file;
        this.segmentation = file.segmentation();
    }

    @Override
    public StorageIndex storageIndex() {
        return cap.storageIndex();
    }

    @Override
    public Segmentation segmentation() {
        return segmentation;
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws IOException {
        if (file.read(offset, target, at, length) < length) {
            throw new IOException("the file " + cap.storageIndex() + " ended before its size of " + cap.size());
        }
    }
}
