package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.TubId;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.StorageServerContract;

class DiskStorageServerTest extends StorageServerContract {
    @TempDir
    Path folder;

    private StorageServer server;

    @BeforeEach
    void open() throws IOException {
        server = DiskStorageServer.open(folder, new TubId(new byte[TubId.BYTES]), 0, InstantSource.system());
    }

    @Override
    protected StorageServer server() {
        return server;
    }
}
