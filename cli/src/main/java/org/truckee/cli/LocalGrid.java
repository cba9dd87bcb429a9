package org.truckee.cli;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.truckee.client.cap.Encoding;
import org.truckee.introducer.Introducer;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.RunningProcess;
import org.truckee.sftp.SftpGateway;
import org.truckee.sftp.SftpGateway.FirstAccount;
import org.truckee.storage.StorageNode;

/// A whole grid in one process, for trying it out: each service on a node's directory of its own below one folder.
final class LocalGrid implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int INTRODUCER_PORT = 44190;
    private static final int INTRODUCER_WEB_PORT = 3480;
    private static final int STORAGE_PORT = 8098;
    private static final int STORAGE_WEB_PORT = 3458;
    private static final int SFTP_PORT = 8022;
    private static final int GATEWAY_WEB_PORT = 3456;

    /// The storage nodes' web ports end where the introducer's begins.
    static final int MAX_NODES = INTRODUCER_WEB_PORT - STORAGE_WEB_PORT;

    static final int MAX_PORT_OFFSET = 65535 - INTRODUCER_PORT;

    /// What is made where it is not there yet: `nodes` storage nodes, files coded as `encoding` on at least `happy`
    /// of them, all ports moved by `portOffset`.
    record Plan(Path folder, int nodes, Encoding encoding, int happy, int portOffset, FirstAccount account) {}

    private final Resources resources;
    private final SftpGateway gateway;

    private LocalGrid(Resources resources, SftpGateway gateway) {
        this.resources = resources;
        this.gateway = gateway;
    }

    int sftpPort() {
        return gateway.sftpPort();
    }

    int webPort() {
        return gateway.webPort();
    }

    /// Makes what is not there yet and starts everything; returns when files can be stored.
    static LocalGrid start(Plan plan, EventLoopGroup loops, SecureRandom random, InstantSource clock)
            throws IOException {
        Files.createDirectories(plan.folder());
        return Resources.building(resources -> {
            resources.add(RunningProcess.lock(plan.folder()));
            NodeDirectory introducerDirectory = introducerDirectory(plan, random);
            Introducer introducer = resources.add(Introducer.start(introducerDirectory, loops, random));
            for (int number = 1; number <= plan.nodes(); number++) {
                NodeDirectory directory = storageDirectory(plan, number, introducer, random);
                resources.add(StorageNode.start(directory, loops, random, clock));
            }
            NodeDirectory directory = gatewayDirectory(plan, introducer, random);
            return new LocalGrid(
                    resources, resources.add(SftpGateway.start(directory, loops, plan.account(), random, clock)));
        });
    }

    private static NodeDirectory introducerDirectory(Plan plan, SecureRandom random) throws IOException {
        return openOrCreate(
                plan,
                "introducer",
                """
                [node]
                nickname = introducer
                tub.port = tcp:%1$d:interface=%3$s
                tub.location = tcp:%3$s:%1$d
                web.port = tcp:%2$d:interface=%3$s
                """.formatted(INTRODUCER_PORT + plan.portOffset(), INTRODUCER_WEB_PORT + plan.portOffset(), LOOPBACK),
                random);
    }

    private static NodeDirectory storageDirectory(Plan plan, int number, Introducer introducer, SecureRandom random)
            throws IOException {
        return openOrCreate(
                plan,
                "storage" + number,
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
                """.formatted(
                                number,
                                STORAGE_PORT + number - 1 + plan.portOffset(),
                                STORAGE_WEB_PORT + number - 1 + plan.portOffset(),
                                LOOPBACK,
                                introducer.furl().uri()),
                random);
    }

    private static NodeDirectory gatewayDirectory(Plan plan, Introducer introducer, SecureRandom random)
            throws IOException {
        return openOrCreate(
                plan,
                "gateway",
                """
                [node]
                nickname = gateway
                web.port = tcp:%2$d:interface=%3$s

                [client]
                introducer.furl = %4$s
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
                                introducer.furl().uri(),
                                plan.encoding().required(),
                                plan.happy(),
                                plan.encoding().total()),
                random);
    }

    private static NodeDirectory openOrCreate(Plan plan, String name, String configuration, SecureRandom random)
            throws IOException {
        Path path = plan.folder().resolve(name);
        return NodeDirectory.exists(path)
                ? NodeDirectory.open(path)
                : NodeDirectory.create(path, configuration, random);
    }

    @Override
    public void close() {
        resources.close();
    }
}
