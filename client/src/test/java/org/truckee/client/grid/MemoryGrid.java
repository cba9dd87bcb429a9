package org.truckee.client.grid;

import java.util.ArrayList;
import java.util.List;
import org.truckee.crypto.TubId;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.InMemoryStorageServer;

/// Storage servers in memory, some of which may be away.
public final class MemoryGrid implements KnownServers {
    private final List<InMemoryStorageServer> servers = new ArrayList<>();
    private final List<GridServer> known = new ArrayList<>();
    private final List<GridServer> away = new ArrayList<>();

    public MemoryGrid(int count) {
        for (int i = 0; i < count; i++) {
            var server = new InMemoryStorageServer();
            var tubId = new byte[TubId.BYTES];
            tubId[0] = (byte) i;
            servers.add(server);
            known.add(new GridServer(
                    new ServerId("server-" + i), "server " + i, new TubId(tubId), new byte[] {(byte) i}, server));
        }
    }

    @Override
    public List<GridServer> connected() {
        return known.stream().filter(server -> !away.contains(server)).toList();
    }

    public InMemoryStorageServer server(int index) {
        return servers.get(index);
    }

    public List<InMemoryStorageServer> servers() {
        return List.copyOf(servers);
    }

    public void takeAway(int index) {
        away.add(known.get(index));
    }

    public void bringBack(int index) {
        away.remove(known.get(index));
    }
}
