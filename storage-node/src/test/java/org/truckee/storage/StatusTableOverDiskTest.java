package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.TubId;
import org.truckee.protocol.Resources;
import org.truckee.protocol.storage.StatusTable;
import org.truckee.protocol.storage.StorageServer;

class StatusTableOverDiskTest extends StatusTable {
    @TempDir
    static Path folder;

    private final Resources resources = new Resources();

    @Override
    protected StorageServer server() throws IOException {
        var options = StorageOptions.unlimited(
                folder.resolve("storage"), folder.resolve("storage.marker"), new TubId(new byte[TubId.BYTES]));
        return resources.add(DiskStorageServer.open(options, InstantSource.system()));
    }

    @AfterAll
    void close() {
        resources.close();
    }
}
