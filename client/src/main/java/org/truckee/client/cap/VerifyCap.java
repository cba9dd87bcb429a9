package org.truckee.client.cap;

import org.truckee.crypto.StorageIndex;

/// Authority to check that a file's shares are there and whole, and nothing more.
public sealed interface VerifyCap extends FileCap permits ChkVerifyCap, MutableVerifyCap {
    StorageIndex storageIndex();
}
