package org.truckee.cli;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.ServerSources.InProcess;
import org.truckee.introducer.Introducer;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.RunningProcess;
import org.truckee.sftp.FirstAccount;
import org.truckee.sftp.SftpGateway;
import org.truckee.status.StatusServer;
import org.truckee.storage.StorageNode;

/// All that one node's directory describes, running in this process.
final class RunningNode implements Foreground.Running {
    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    /// What the services of a process share: threads for the network, the storage servers that run here already, the
    /// account that a new gateway gets, where its door is reached from outside of a container, and how long it may
    /// take until files can be stored.
    record Shared(
            EventLoopGroup loops,
            List<InProcess> storage,
            FirstAccount account,
            Optional<InetAddress> published,
            Duration patience,
            SecureRandom random,
            InstantSource clock) {
        Shared {
            storage = List.copyOf(storage);
        }
    }

    private final Resources resources;
    private final NodeDirectory directory;
    private final Set<NodeRole> roles;
    private final InetSocketAddress web;
    private final List<InProcess> storage = new ArrayList<>();
    private OptionalInt sftpPort = OptionalInt.empty();

    private RunningNode(Resources resources, NodeDirectory directory, Set<NodeRole> roles, InetSocketAddress web) {
        this.resources = resources;
        this.directory = directory;
        this.roles = roles;
        this.web = web;
    }

    /// Starts everything; returns when it can do its job.
    static RunningNode start(NodeDirectory directory, Shared shared) throws IOException {
        directory
                .configuration()
                .keysWithoutEffect()
                .forEach(key -> LOG.atWarn().addKeyValue("key", key).log("a key of tahoe.cfg has no effect here"));
        Set<NodeRole> roles = directory.roles();
        return Resources.building(resources -> {
            resources.add(RunningProcess.lock(directory.path()));
            int usual = roles.equals(Set.of(NodeRole.STORAGE)) ? NodePorts.STORAGE_WEB : NodePorts.MAIN_WEB;
            InetSocketAddress web = directory
                    .configuration()
                    .listenAddress("node", "web.port", "tcp:" + usual + ":interface=127.0.0.1");
            var pages = resources.add(
                    StatusServer.start(shared.loops(), web, directory.nickname(), webHosts(directory), shared.clock()));
            var node =
                    new RunningNode(resources, directory, roles, new InetSocketAddress(web.getAddress(), pages.port()));
            for (NodeRole role : roles) {
                node.start(role, pages, shared);
            }
            return node;
        });
    }

    private static List<String> webHosts(NodeDirectory directory) {
        return directory
                .configuration()
                .get("node", "web.hosts")
                .map(names -> List.of(names.split("[,\\s]+")))
                .orElse(List.of());
    }

    private void start(NodeRole role, StatusServer pages, Shared shared) throws IOException {
        switch (role) {
            case INTRODUCER ->
                resources.add(Introducer.start(directory, shared.loops(), pages, shared.random(), shared.clock()));
            case STORAGE -> {
                var node = resources.add(
                        StorageNode.start(directory, shared.loops(), pages, shared.random(), shared.clock()));
                storage.add(new InProcess(node.announcement(), node.storage(), node::usage));
            }
            case GATEWAY -> {
                List<InProcess> here = new ArrayList<>(shared.storage());
                here.addAll(storage);
                var gateway = resources.add(SftpGateway.start(
                        directory,
                        shared.loops(),
                        pages,
                        here,
                        shared.account(),
                        shared.published(),
                        shared.random(),
                        shared.clock()));
                sftpPort = OptionalInt.of(gateway.sftpPort());
                gateway.awaitUsable(shared.patience());
            }
        }
    }

    /// The storage servers that it runs, for a gateway in the same process.
    List<InProcess> storage() {
        return List.copyOf(storage);
    }

    OptionalInt sftpPort() {
        return sftpPort;
    }

    /// Where its status page is.
    String page() {
        String host = web.getAddress().isAnyLocalAddress() ? "127.0.0.1" : web.getHostString();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + web.getPort() + "/";
    }

    /// What a person and a program wait for.
    String readyLine() {
        String words = roles.stream().map(NodeRole::toString).collect(Collectors.joining("+"));
        return "ready " + words + " " + directory.nickname() + " " + page();
    }

    @Override
    public void close() {
        resources.close();
    }
}
