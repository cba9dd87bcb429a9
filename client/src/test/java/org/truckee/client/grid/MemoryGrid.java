package org.truckee.client.grid;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.truckee.crypto.TubId;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.InMemoryStorageServer;
import org.truckee.protocol.storage.StorageServer;

/// Storage servers in memory, some of which may be away.
public final class MemoryGrid implements KnownServers, AutoCloseable {
    /// Short, so that tests of silence are.
    private static final Duration FROZEN = Duration.ofMillis(300);

    /// As it is outside of tests: a server that a busy machine keeps from answering is not frozen.
    private static final Duration FROZEN_OVER_HTTPS = Duration.ofSeconds(2);

    private final Line line;
    private final List<InMemoryStorageServer> servers = new ArrayList<>();
    private final List<FaultyStorageServer> faulty = new ArrayList<>();
    private final List<HttpsFront> fronts = new ArrayList<>();
    private final List<GridServer> known = new ArrayList<>();
    private final List<GridServer> away = new ArrayList<>();

    public MemoryGrid(int count) {
        this(count, Rate.unlimited(), Rate.unlimited());
    }

    public MemoryGrid(int count, Rate up, Rate down) {
        this(count, new Line(up, down, FROZEN), faulty -> faulty);
    }

    /// The same servers, each behind HTTPS on loopback.
    public static MemoryGrid overHttps(int count) {
        var fronts = new ArrayList<HttpsFront>();
        var grid = new MemoryGrid(count, new Line(Rate.unlimited(), Rate.unlimited(), FROZEN_OVER_HTTPS), faulty -> {
            try {
                fronts.add(new HttpsFront(faulty));
                return fronts.getLast().server();
            } catch (IOException e) {
                throw new AssertionError("loopback has free ports", e);
            }
        });
        grid.fronts.addAll(fronts);
        return grid;
    }

    private MemoryGrid(int count, Line line, UnaryOperator<StorageServer> front) {
        this.line = line;
        for (int i = 0; i < count; i++) {
            var server = new InMemoryStorageServer();
            var tubId = new byte[TubId.BYTES];
            tubId[0] = (byte) i;
            servers.add(server);
            var faults = new FaultyStorageServer(server);
            faulty.add(faults);
            known.add(new GridServer(
                    new ServerId("server-" + i),
                    "server " + i,
                    new TubId(tubId),
                    new byte[] {(byte) i},
                    front.apply(faults),
                    line));
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

    /// Ends all faults; servers keep what they have.
    public void heal() throws IOException {
        away.clear();
        for (int i = 0; i < known.size(); i++) {
            faulty.get(i).heal();
            faulty.get(i).release();
            known.get(i).storage().version(); // if it was frozen, it is not any more
        }
    }

    @Override
    public void close() {
        faulty.forEach(FaultyStorageServer::release);
        line.close();
        fronts.forEach(HttpsFront::close);
    }
}
