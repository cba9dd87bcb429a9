package org.truckee.protocol.storage;

class StatusTableOverMemoryTest extends StatusTable {
    @Override
    protected StorageServer server() {
        return new InMemoryStorageServer();
    }
}
