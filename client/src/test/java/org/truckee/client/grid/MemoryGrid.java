package org.truckee.client.grid;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.truckee.crypto.TubId;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.InMemoryStorageServer;

/// Storage servers in memory, some of which may be away.
public final class MemoryGrid implements KnownServers, AutoCloseable {
    /// Short, so that tests of silence are.
    private static final Duration FROZEN = Duration.ofMillis(300);

    private final Line line = new Line(FROZEN);
    private final List<InMemoryStorageServer> servers = new ArrayList<>();
    private final List<FaultyStorageServer> faulty = new ArrayList<>();
    private final List<GridServer> known = new ArrayList<>();
    private final List<GridServer> away = new ArrayList<>();

    public MemoryGrid(int count) {
        for (int i = 0; i < count; i++) {
            var server = new InMemoryStorageServer();
            var tubId = new byte[TubId.BYTES];
            tubId[0] = (byte) i;
            servers.add(server);
            var faults = new FaultyStorageServer(server);
            faulty.add(faults);
            known.add(new GridServer(
                    new ServerId("server-" + i), "server " + i, new TubId(tubId), new byte[] {(byte) i}, faults, line));
        }
    }

    @Override
    public List<GridServer> connected() {
        return known.stream()
                .filter(server -> !away.contains(server) && !server.isFrozen())
                .toList();
    }

    /// All servers as clients know them, also those that are away.
    public List<GridServer> all() {
        return List.copyOf(known);
    }

    /// What stands between clients and a server, to make it misbehave.
    public FaultyStorageServer faulty(int index) {
        return faulty.get(index);
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

    @Override
    public void close() {
        faulty.forEach(FaultyStorageServer::release);
        line.close();
    }
}
