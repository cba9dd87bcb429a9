package org.truckee.helper;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.ServerAddress;
import org.truckee.crypto.Location;
import org.truckee.protocol.http.Tunnel;
import org.truckee.protocol.introducer.ServerId;

/// Connects clients to storage nodes that they cannot reach: only to nodes that announced themselves, only where the
/// helper itself has lately found that node, by its certificate and its swissnum, and only as far as [RelayNetworks]
/// goes. Safe for use by any number of threads.
final class Relays implements AutoCloseable {
    private static final Duration FOUND_HOLDS = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST = 1024;
    private static final int MOST_OF_CLIENT = 128;
    private static final int MOST_FOUND = 4096;

    private final EventLoopGroup loops;
    private final AnnouncedServers servers;
    private final RelayNetworks networks;
    private final Set<Integer> ownPorts;
    private final Refusals refusals;
    private final InstantSource clock;

    /// These are guarded by this object's monitor.
    private final List<Relayed> open = new ArrayList<>();

    private final Map<Found, Instant> found = new HashMap<>();
    private long closedBytes;

    /// Where a node was found.
    private record Found(ServerAddress address, InetAddress at) {}

    /// A connection that is relayed.
    record Relayed(ClientName client, String server, Instant since, Tunnel tunnel) {}

    /// A client may not be connected to what it wants.
    static final class NotRelayedException extends IOException {
        private static final long serialVersionUID = 1;

        NotRelayedException(String message) {
            super(message);
        }
    }

    /// Nothing is relayed to `ownPorts` of this machine.
    Relays(
            EventLoopGroup loops,
            AnnouncedServers servers,
            RelayNetworks networks,
            Set<Integer> ownPorts,
            Refusals refusals,
            InstantSource clock) {
        this.loops = loops;
        this.servers = servers;
        this.networks = networks;
        this.ownPorts = Set.copyOf(ownPorts);
        this.refusals = refusals;
        this.clock = clock;
    }

    /// A connection to the node of this id.
    ///
    /// @throws NotRelayedException if there may be none, or none can be had; it says why
    Tunnel connect(ClientName client, ServerId server) throws NotRelayedException {
        try {
            checkCount(client);
            Tunnel tunnel = open(server);
            add(new Relayed(client, server.shortName(), clock.instant(), tunnel));
            return tunnel;
        } catch (NotRelayedException e) {
            refusals.add(client, "relay to " + server.shortName() + ": " + e.getMessage());
            throw e;
        }
    }

    private synchronized void checkCount(ClientName client) throws NotRelayedException {
        prune();
        long ofClient = open.stream().filter(one -> one.client().equals(client)).count();
        if (open.size() >= MOST || ofClient >= MOST_OF_CLIENT) {
            throw new NotRelayedException(open.size() + " connections are relayed, " + ofClient + " of them yours");
        }
    }

    private void prune() {
        open.removeIf(one -> {
            if (!one.tunnel().isOpen()) {
                closedBytes += one.tunnel().up() + one.tunnel().down();
            }
            return !one.tunnel().isOpen();
        });
    }

    private synchronized void add(Relayed relayed) {
        open.add(relayed);
    }

    private Tunnel open(ServerId server) throws NotRelayedException {
        List<ServerAddress> addresses = servers.addresses(server);
        if (addresses.isEmpty()) {
            throw new NotRelayedException("no storage node of that id is announced");
        }
        List<String> objections = new ArrayList<>();
        for (ServerAddress address : addresses) {
            for (InetAddress at : resolved(address.location(), objections)) {
                Optional<String> objection = objection(address, at);
                if (objection.isEmpty()) {
                    try {
                        find(address, at);
                        return Tunnel.open(
                                loops,
                                new InetSocketAddress(at, address.location().port()),
                                PATIENCE);
                    } catch (IOException e) {
                        objection = Optional.of(String.valueOf(e.getMessage()));
                    }
                }
                objections.add(address.location() + ": " + objection.orElse(""));
            }
        }
        throw new NotRelayedException(String.join("; ", objections));
    }

    private static List<InetAddress> resolved(Location location, List<String> objections) {
        try {
            return List.of(InetAddress.getAllByName(location.host()));
        } catch (UnknownHostException e) {
            objections.add(location + " is not a name that can be looked up");
            return List.of();
        }
    }

    private Optional<String> objection(ServerAddress address, InetAddress at) {
        boolean isOwn = ownPorts.contains(address.location().port()) && isOfThisMachine(at);
        return isOwn ? Optional.of("it is the helper itself") : networks.objection(at);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /// Makes sure that it is the announced node that answers there.
    private void find(ServerAddress address, InetAddress at) throws IOException {
        var place = new Found(address, at);
        if (!isFound(place)) {
            address.verify(loops, at, PATIENCE);
            remember(place);
        }
    }

    private synchronized boolean isFound(Found place) {
        Instant when = found.get(place);
        return when != null && when.plus(FOUND_HOLDS).isAfter(clock.instant());
    }

    private synchronized void remember(Found place) {
        if (found.size() >= MOST_FOUND) {
            found.clear();
        }
        found.put(place, clock.instant());
    }

    /// Those that are open.
    synchronized List<Relayed> all() {
        prune();
        return List.copyOf(open);
    }

    /// Bytes that were relayed since the start, both ways.
    synchronized long bytes() {
        prune();
        return closedBytes
                + open.stream()
                        .mapToLong(one -> one.tunnel().up() + one.tunnel().down())
                        .sum();
    }

    @Override
    public synchronized void close() {
        open.forEach(one -> one.tunnel().close());
    }
}
