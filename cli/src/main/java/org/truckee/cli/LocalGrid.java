package org.truckee.cli;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.ServerSources.InProcess;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.RunningProcess;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.sftp.FirstAccount;
import org.truckee.status.Foreground;

/// A whole grid in one process, for trying it out: each service on a node's directory of its own below one folder.
final class LocalGrid implements Foreground.Running {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String INTRODUCER = "introducer";
    private static final String HELPER = "helper";
    private static final String STORAGE = "storage";
    private static final String GATEWAY = "gateway";
    private static final int INTRODUCER_PORT = 44190;
    private static final int INTRODUCER_WEB_PORT = 3480;
    private static final int HELPER_PORT = 8097;
    private static final int HELPER_WEB_PORT = 3457;
    private static final int STORAGE_PORT = 8098;
    private static final int STORAGE_WEB_PORT = 3458;
    private static final int SFTP_PORT = 8022;
    private static final int GATEWAY_WEB_PORT = 3456;

    /// The storage nodes' web ports end where the introducer's begins.
    static final int MAX_NODES = INTRODUCER_WEB_PORT - STORAGE_WEB_PORT;

    static final int MAX_PORT_OFFSET = 65535 - INTRODUCER_PORT;

    /// What is made where it is not there yet: `nodes` storage nodes, files coded as `encoding` on at least `happy`
    /// of them, all ports moved by `portOffset`.
    record Plan(Path folder, int nodes, Encoding encoding, int happy, int portOffset, FirstAccount account) {
        Plan withNodes(int others) {
            return new Plan(folder, others, encoding, happy, portOffset, account);
        }
    }

    private final Resources resources;
    private final RunningNode gateway;

    private LocalGrid(Resources resources, RunningNode gateway) {
        this.resources = resources;
        this.gateway = gateway;
    }

    int sftpPort() {
        return gateway.sftpPort().orElseThrow();
    }

    /// The page that shows everything.
    String page() {
        return gateway.page();
    }

    /// What there is in a folder, if a grid was made there. Storage nodes whose directories are lost are made anew.
    static Optional<Plan> planOf(Path folder, FirstAccount account) throws IOException {
        if (!NodeDirectory.exists(folder.resolve(GATEWAY)) || !NodeDirectory.exists(folder.resolve(INTRODUCER))) {
            return Optional.empty();
        }
        TahoeConfiguration gateway = NodeDirectory.open(folder.resolve(GATEWAY)).configuration();
        int total = gateway.number("client", "shares.total", 1, Encoding.MAX_TOTAL, 5);
        int port = NodeDirectory.open(folder.resolve(INTRODUCER))
                .configuration()
                .listenAddress("node", "tub.port", "tcp:" + INTRODUCER_PORT)
                .getPort();
        int nodes = IntStream.rangeClosed(1, MAX_NODES)
                .filter(number -> NodeDirectory.exists(folder.resolve(STORAGE + number)))
                .max()
                .orElse(0);
        return Optional.of(new Plan(
                folder,
                Math.max(nodes, Math.min(total, MAX_NODES)),
                new Encoding(gateway.number("client", "shares.needed", 1, total, 2), total),
                gateway.number("client", "shares.happy", 1, total, 3),
                Math.clamp(port - INTRODUCER_PORT, 0, MAX_PORT_OFFSET),
                account));
    }

    /// Makes what is not there yet and starts everything; returns when files can be stored. What was made by a first
    /// start that failed is removed again, so that the next one may be another.
    static LocalGrid start(Plan plan, EventLoopGroup loops, SecureRandom random, InstantSource clock)
            throws IOException {
        boolean first = planOf(plan.folder(), plan.account()).isEmpty();
        List<Path> made = first ? newDirectories(plan) : List.of();
        Files.createDirectories(plan.folder());
        try {
            return run(plan, loops, random, clock);
        } catch (IOException e) {
            if (made.stream()
                    .noneMatch(directory ->
                            Files.exists(directory.resolve("private").resolve("aliases")))) {
                for (Path directory : made) {
                    remove(directory);
                }
            }
            throw e;
        }
    }

    /// Those that are not there yet.
    private static List<Path> newDirectories(Plan plan) {
        Stream<String> storage = IntStream.rangeClosed(1, plan.nodes()).mapToObj(number -> STORAGE + number);
        return Stream.concat(Stream.of(INTRODUCER, HELPER, GATEWAY), storage)
                .map(plan.folder()::resolve)
                .filter(Files::notExists)
                .toList();
    }

    private static void remove(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static LocalGrid run(Plan plan, EventLoopGroup loops, SecureRandom random, InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            resources.add(RunningProcess.lock(plan.folder()));
            var process =
                    new RunningNode.Shared(loops, List.of(), plan.account(), Optional.empty(), PATIENCE, random, clock);
            NodeDirectory introducerDirectory = introducerDirectory(plan, random);
            resources.add(RunningNode.start(introducerDirectory, process));
            String introducer =
                    introducerDirectory.secretText("introducer.furl").orElseThrow();
            List<InProcess> storage = new ArrayList<>();
            for (int number = 1; number <= plan.nodes(); number++) {
                NodeDirectory directory = storageDirectory(plan, number, introducer, random);
                storage.addAll(
                        resources.add(RunningNode.start(directory, process)).storage());
            }
            var withStorage =
                    new RunningNode.Shared(loops, storage, plan.account(), Optional.empty(), PATIENCE, random, clock);
            NodeDirectory helperDirectory = helperDirectory(plan, introducer, random);
            resources.add(RunningNode.start(helperDirectory, withStorage));
            String helper = helperDirectory.secretText("helper.furl").orElseThrow();
            NodeDirectory directory = gatewayDirectory(plan, introducer, helper, random);
            return new LocalGrid(resources, resources.add(RunningNode.start(directory, withStorage)));
        });
    }

    private static NodeDirectory introducerDirectory(Plan plan, SecureRandom random) throws IOException {
        return openOrCreate(
                plan,
                INTRODUCER,
                Map.of(NodeRole.INTRODUCER_MARK, "# This file marks an introducer's directory.\n"),
                """
                [node]
                nickname = introducer
                tub.port = tcp:%1$d:interface=%3$s
                tub.location = tcp:%3$s:%1$d
                web.port = tcp:%2$d:interface=%3$s
                """.formatted(INTRODUCER_PORT + plan.portOffset(), INTRODUCER_WEB_PORT + plan.portOffset(), LOOPBACK),
                random);
    }

    private static NodeDirectory storageDirectory(Plan plan, int number, String introducer, SecureRandom random)
            throws IOException {
        return openOrCreate(
                plan,
                STORAGE + number,
                Map.of(),
                """
                [node]
                nickname = storage%1$d
                tub.port = tcp:%2$d:interface=%4$s
                tub.location = tcp:%4$s:%2$d
                web.port = tcp:%3$d:interface=%4$s

                [client]
                introducer.furl = %5$s

                [storage]
                enabled = true
                expire.enabled = true
                expire.mode = age
                expire.override_lease_duration = 90 days
                reserved_space = 1GiB
                """.formatted(
                                number,
                                STORAGE_PORT + number - 1 + plan.portOffset(),
                                STORAGE_WEB_PORT + number - 1 + plan.portOffset(),
                                LOOPBACK,
                                introducer),
                random);
    }

    private static NodeDirectory helperDirectory(Plan plan, String introducer, SecureRandom random) throws IOException {
        return openOrCreate(
                plan,
                HELPER,
                Map.of(),
                """
                [node]
                nickname = helper
                tub.port = tcp:%1$d:interface=%3$s
                tub.location = tcp:%3$s:%1$d
                web.port = tcp:%2$d:interface=%3$s

                [client]
                introducer.furl = %4$s

                [helper]
                enabled = true
                relay.networks = 127.0.0.0/8
                """.formatted(
                        HELPER_PORT + plan.portOffset(), HELPER_WEB_PORT + plan.portOffset(), LOOPBACK, introducer),
                random);
    }

    private static NodeDirectory gatewayDirectory(Plan plan, String introducer, String helper, SecureRandom random)
            throws IOException {
        return openOrCreate(
                plan,
                GATEWAY,
                Map.of(),
                """
                [node]
                nickname = gateway
                web.port = tcp:%2$d:interface=%3$s

                [client]
                introducer.furl = %4$s
                helper.furl = %8$s
                shares.needed = %5$d
                shares.happy = %6$d
                shares.total = %7$d

                [sftpd]
                enabled = true
                port = tcp:%1$d:interface=%3$s
                accounts.file = private/accounts
                """.formatted(
                                SFTP_PORT + plan.portOffset(),
                                GATEWAY_WEB_PORT + plan.portOffset(),
                                LOOPBACK,
                                introducer,
                                plan.encoding().required(),
                                plan.happy(),
                                plan.encoding().total(),
                                helper),
                random);
    }

    private static NodeDirectory openOrCreate(
            Plan plan, String name, Map<String, String> files, String configuration, SecureRandom random)
            throws IOException {
        Path path = plan.folder().resolve(name);
        return NodeDirectory.exists(path)
                ? NodeDirectory.open(path)
                : NodeDirectory.create(path, configuration, files, random);
    }

    @Override
    public void close() {
        resources.close();
    }
}
