package org.truckee.client.immutable;

import java.io.IOException;
import org.truckee.crypto.StorageIndex;

/// What an uploader eats: the encrypted contents of a file, at any place and more than once. A file being encrypted is
/// one. Safe for use by several threads at once.
public interface CiphertextSource {
    StorageIndex storageIndex();

    Segmentation segmentation();

    /// Fills `target[at, at + length)` with the ciphertext from `offset` on.
    void read(long offset, byte[] target, int at, int length) throws IOException;
}
