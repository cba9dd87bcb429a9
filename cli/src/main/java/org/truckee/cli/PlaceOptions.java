package org.truckee.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.Location;
import picocli.CommandLine.Option;

/// Options that say what a new node is called and where it is reached.
final class PlaceOptions {
    @Option(names = "--nickname", paramLabel = "NAME", description = "What people call it; its directory's name.")
    private @Nullable String nickname;

    @Option(
            names = "--hostname",
            paramLabel = "HOST",
            description = "The name or address others reach it at; without it, the addresses the machine has.")
    private @Nullable String hostname;

    @Option(names = "--public-host", paramLabel = "HOST", description = "One more, for those outside.")
    private @Nullable String publicHost;

    @Option(names = "--port", paramLabel = "PORT", description = "The port of its service; 0 for a free one.")
    private @Nullable String port;

    @Option(
            names = "--location",
            paramLabel = "tcp:HOST:PORT,...",
            description = "All places others reach it at, in full.")
    private @Nullable String location;

    @Option(names = "--webport", paramLabel = "PORT", description = "The port of its status page; 0 for a free one.")
    private @Nullable String webport;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "The address its ports are bound to.")
    private @Nullable String bind;

    @Option(
            names = "--web-hosts",
            paramLabel = "NAME,...",
            description = "Names under which a browser may ask for the status page, beside the machine's own.")
    private @Nullable String webHosts;

    /// Writes it down for a node in `directory`; without a default port it has no service of its own.
    void write(NewNode node, Path directory, Optional<Integer> defaultPort, int defaultWebPort) throws IOException {
        Path name = directory.toAbsolutePath().normalize().getFileName();
        node.set("node", "nickname", Optional.ofNullable(nickname).orElse(String.valueOf(name)));
        if (defaultPort.isPresent()) {
            int servicePort = number("--port", Optional.ofNullable(port), defaultPort.get());
            node.set("node", "tub.port", endpoint(servicePort, bound()))
                    .set("node", "tub.location", location(servicePort));
        }
        int webPort = number("--webport", Optional.ofNullable(webport), defaultWebPort);
        node.set("node", "web.port", endpoint(webPort, bound().or(() -> Optional.of("127.0.0.1"))))
                .set("node", "web.hosts", Optional.ofNullable(webHosts));
    }

    /// An endpoint at a port which is given as an option, bound as all are.
    String endpoint(String option, Optional<String> given, int otherwise) throws IOException {
        return endpoint(number(option, given, otherwise), bound());
    }

    private Optional<String> bound() {
        Optional<String> address = Optional.ofNullable(bind);
        if (address.isPresent() && new InetSocketAddress(address.get(), 0).isUnresolved()) {
            throw new WrongOptionException("--bind: " + address.get() + " names no address of this machine");
        }
        return address;
    }

    private static String endpoint(int port, Optional<String> interfaceAddress) {
        return "tcp:" + port
                + interfaceAddress
                        .filter(address -> !address.equals("0.0.0.0") && !address.equals("::"))
                        .map(address -> ":interface=" + address)
                        .orElse("");
    }

    private String location(int servicePort) {
        if (location != null) {
            checkLocation(location);
            return location;
        }
        String first = hostname == null ? "AUTO" : place("--hostname", hostname, servicePort);
        return publicHost == null ? first : first + "," + place("--public-host", publicHost, servicePort);
    }

    private static String place(String option, String host, int port) {
        String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return Location.parse(bracketed + ":" + port)
                .map(place -> "tcp:" + place)
                .orElseThrow(() -> new WrongOptionException(option + " is not a host name or address: " + host));
    }

    private static void checkLocation(String text) {
        for (String hint : text.split(",")) {
            if (!hint.strip().equals("AUTO") && Location.parse(hint.strip()).isEmpty()) {
                throw new WrongOptionException("--location: " + hint.strip() + " is not a place such as tcp:HOST:PORT");
            }
        }
    }

    /// `tcp:8098` is understood as well; 0 stands for a port that is free now.
    private static int number(String option, Optional<String> given, int otherwise) throws IOException {
        if (given.isEmpty()) {
            return otherwise;
        }
        String digits = given.get().startsWith("tcp:") ? given.get().substring(4) : given.get();
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65535) {
            throw new WrongOptionException(option + " is not a port from 0 to 65535: " + given.get());
        }
        int port = Integer.parseInt(digits);
        return port == 0 ? freePort() : port;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
