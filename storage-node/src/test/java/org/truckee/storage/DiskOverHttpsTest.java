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

    private DiskStorageServer disk;
    private HttpsFront front;

    @BeforeEach
    void start() throws IOException {
        disk = DiskStorageServer.open(
                StorageOptions.unlimited(
                        folder.resolve("storage"), folder.resolve("storage.marker"), new TubId(new byte[TubId.BYTES])),
                InstantSource.system());
        front = new HttpsFront(disk);
    }

    @AfterEach
    void stop() {
        front.close();
        disk.close();
    }

    @Override
    protected StorageServer server() {
        return front.server();
    }
}
