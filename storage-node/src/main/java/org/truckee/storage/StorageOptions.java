package org.truckee.storage;

import java.nio.file.Path;
import org.truckee.crypto.TubId;

/// What a node keeps shares with.
///
/// @param root the storage folder, `NODE/storage`
/// @param used a file that says that the node has used a storage folder, `NODE/storage.marker`
/// @param nodeId recorded in new mutable shares
public record StorageOptions(Path root, Path used, TubId nodeId, StorageLimits limits, LeaseExpiry expiry) {
    /// Without limits and expiry.
    public static StorageOptions unlimited(Path root, Path used, TubId nodeId) {
        return new StorageOptions(root, used, nodeId, StorageLimits.NONE, LeaseExpiry.OFF);
    }
}
