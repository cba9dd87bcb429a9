package org.truckee.protocol.node;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.truckee.crypto.Location;

/// The addresses of this machine.
final class OwnAddresses {
    /// A laptop with a few virtual networks has more than anybody should try.
    private static final int MOST = 4;

    private OwnAddresses() {}

    /// Those under which something that listens there is reached: IPv4 where there is any, loopback only where there
    /// is nothing else.
    static List<Location> of(InetSocketAddress listening) throws IOException {
        InetAddress bound = listening.getAddress();
        if (bound == null || !bound.isAnyLocalAddress()) {
            return List.of(new Location(listening.getHostString(), listening.getPort()));
        }
        List<InetAddress> all = NetworkInterface.networkInterfaces()
                .flatMap(OwnAddresses::usable)
                .toList();
        boolean hasIpv4 = all.stream().anyMatch(Inet4Address.class::isInstance);
        List<Location> locations = all.stream()
                .filter(address -> address instanceof Inet4Address == hasIpv4)
                .limit(MOST)
                .map(address -> new Location(address.getHostAddress(), listening.getPort()))
                .toList();
        return locations.isEmpty() ? List.of(new Location("127.0.0.1", listening.getPort())) : locations;
    }

    private static Stream<InetAddress> usable(NetworkInterface network) {
        try {
            if (!network.isUp() || network.isLoopback()) {
                return Stream.empty();
            }
        } catch (IOException gone) {
            return Stream.empty();
        }
        return Collections.list(network.getInetAddresses()).stream()
                .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress());
    }
}
