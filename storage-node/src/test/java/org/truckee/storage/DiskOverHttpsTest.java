package org.truckee.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.TubId;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.StorageServerContract;

class DiskOverHttpsTest extends StorageServerContract {
    @TempDir
    Path folder;

    private HttpsFront front;

    @BeforeEach
    void start() throws IOException {
        front = new HttpsFront(
                DiskStorageServer.open(folder, new TubId(new byte[TubId.BYTES]), 0, InstantSource.system()));
    }

    @AfterEach
    void stop() {
        front.close();
    }

    @Override
    protected StorageServer server() {
        return front.server();
    }
}
