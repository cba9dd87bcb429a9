package org.truckee.crypto;

import java.util.Optional;

/// Where a node may be reached by TCP: a host name or address, without brackets, and a port.
public record Location(String host, int port) {
    public Location {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("no location: host '" + host + "', port " + port);
        }
    }

    /// `HOST:PORT`, `tcp:HOST:PORT`, and both with an IPv6 address in brackets.
    public static Optional<Location> parse(String text) {
        String rest = text.startsWith("tcp:") ? text.substring(4) : text;
        int colon = rest.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String host = rest.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean wellFormed = !host.isEmpty()
                && (bracketed || host.indexOf(':') < 0)
                && host.chars().noneMatch(c -> c <= ' ' || ",/@[]#".indexOf(c) >= 0);
        return wellFormed ? parsePort(rest.substring(colon + 1), host) : Optional.empty();
    }

    private static Optional<Location> parsePort(String text, String host) {
        if (!text.matches("[0-9]{1,5}")) {
            return Optional.empty();
        }
        int port = Integer.parseInt(text);
        return port < 1 || port > 65535 ? Optional.empty() : Optional.of(new Location(host, port));
    }

    /// `HOST:PORT`, brackets around an IPv6 address.
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
