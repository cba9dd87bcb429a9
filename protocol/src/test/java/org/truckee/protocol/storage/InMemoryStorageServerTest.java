package org.truckee.protocol.storage;

class InMemoryStorageServerTest extends StorageServerContract {
    private final StorageServer server = new InMemoryStorageServer();

    @Override
    protected StorageServer server() {
        return server;
    }
}
