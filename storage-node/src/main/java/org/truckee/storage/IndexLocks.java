package org.truckee.storage;

import org.truckee.crypto.StorageIndex;

/// One monitor for the files of each storage index, shared with some others'.
final class IndexLocks {
    private static final int LOCKS = 64;

    private final Object[] locks = new Object[LOCKS];

    IndexLocks() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /// What has to be held while files of a storage index appear, change or go.
    Object of(StorageIndex storageIndex) {
        return locks[Math.floorMod(storageIndex.hashCode(), LOCKS)];
    }
}
