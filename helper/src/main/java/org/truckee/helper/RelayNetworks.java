package org.truckee.helper;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// To which addresses connections may be relayed: all that are the world's, and of those that are this machine's or
/// somebody's own network only what is listed; never to link-local and multicast addresses.
final class RelayNetworks {
    /// What only means something where it is: RFC 1918, 6598, 4193, the machine itself, and what leads back to IPv4.
    private static final List<Network> PRIVATE = List.of(
            network("0.0.0.0/8"),
            network("10.0.0.0/8"),
            network("100.64.0.0/10"),
            network("127.0.0.0/8"),
            network("172.16.0.0/12"),
            network("192.0.0.0/24"),
            network("192.168.0.0/16"),
            network("198.18.0.0/15"),
            network("240.0.0.0/4"),
            network("::/96"),
            network("64:ff9b::/96"),
            network("64:ff9b:1::/48"),
            network("2002::/16"),
            network("fc00::/7"),
            network("fec0::/10"));

    private final List<Network> listed;

    private RelayNetworks(List<Network> listed) {
        this.listed = List.copyOf(listed);
    }

    /// An address and how many of its bits count.
    private record Network(InetAddress address, int bits) {
        boolean contains(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Network network(String text) {
        return parseOne(text).orElseThrow();
    }

    private static Optional<Network> parseOne(String text) {
        String[] parts = text.split("/", -1);
        try {
            InetAddress address = InetAddress.ofLiteral(parts[0]);
            int most = address.getAddress().length * Byte.SIZE;
            int bits = parts.length == 1 ? most : Integer.parseInt(parts[1]);
            return parts.length > 2 || bits < 0 || bits > most
                    ? Optional.empty()
                    : Optional.of(new Network(address, bits));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Networks such as `10.0.0.0/8`, separated by commas or blanks; empty if one of them is not one.
    static Optional<RelayNetworks> parse(String text) {
        List<Network> listed = new ArrayList<>();
        for (String word : text.strip().split("[,\\s]+")) {
            if (!word.isEmpty()) {
                Optional<Network> network = parseOne(word);
                if (network.isEmpty()) {
                    return Optional.empty();
                }
                listed.add(network.get());
            }
        }
        return Optional.of(new RelayNetworks(listed));
    }

    /// Why nothing is relayed there, if that is so.
    Optional<String> objection(InetAddress address) {
        if (address.isLinkLocalAddress()) {
            return Optional.of("it is link-local");
        }
        if (address.isMulticastAddress() || address.isAnyLocalAddress()) {
            return Optional.of("it is not one machine's address");
        }
        boolean isPrivate = PRIVATE.stream().anyMatch(network -> network.contains(address));
        if (isPrivate && listed.stream().noneMatch(network -> network.contains(address))) {
            return Optional.of(
                    address.isLoopbackAddress()
                            ? "it is the helper's own machine, which relay.networks does not list"
                            : "it is in a private network that relay.networks does not list");
        }
        return address instanceof Inet4Address || address instanceof Inet6Address
                ? Optional.empty()
                : Optional.of("it is of an unknown kind");
    }
}
