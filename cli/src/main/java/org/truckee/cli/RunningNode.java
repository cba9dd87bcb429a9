package org.truckee.cli;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.truckee.client.grid.ServerSources.InProcess;
import org.truckee.helper.Helper;
import org.truckee.introducer.Introducer;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.sftp.FirstAccount;
import org.truckee.sftp.SftpGateway;
import org.truckee.status.Foreground;
import org.truckee.status.OpenNode;
import org.truckee.status.StatusServer;
import org.truckee.storage.StorageNode;

/// All that one node's directory describes, running in this process.
final class RunningNode implements Foreground.Running {
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
    private final OpenNode open;
    private final List<InProcess> storage = new ArrayList<>();
    private OptionalInt sftpPort = OptionalInt.empty();

    private RunningNode(Resources resources, NodeDirectory directory, OpenNode open) {
        this.resources = resources;
        this.directory = directory;
        this.open = open;
    }

    /// Starts everything; returns when it can do its job.
    static RunningNode start(NodeDirectory directory, Shared shared) throws IOException {
        return Resources.building(resources -> {
            var open = resources.add(OpenNode.open(directory, shared.loops(), shared.clock()));
            var node = new RunningNode(resources, directory, open);
            for (NodeRole role : open.roles()) {
                node.start(role, open.pages(), shared);
            }
            return node;
        });
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
            case HELPER ->
                resources.add(
                        Helper.start(directory, shared.loops(), pages, here(shared), shared.random(), shared.clock()));
            case GATEWAY -> {
                var gateway = resources.add(SftpGateway.start(
                        directory,
                        shared.loops(),
                        pages,
                        here(shared),
                        shared.account(),
                        shared.published(),
                        shared.random(),
                        shared.clock()));
                sftpPort = OptionalInt.of(gateway.sftpPort());
                gateway.awaitUsable(shared.patience());
            }
        }
    }

    private List<InProcess> here(Shared shared) {
        List<InProcess> here = new ArrayList<>(shared.storage());
        here.addAll(storage);
        return here;
    }

    /// The storage servers that it runs, for a helper or a gateway in the same process.
    List<InProcess> storage() {
        return List.copyOf(storage);
    }

    OptionalInt sftpPort() {
        return sftpPort;
    }

    /// Where its status page is.
    String page() {
        return open.page();
    }

    /// What a person and a program wait for.
    String readyLine() {
        return open.readyLine();
    }

    @Override
    public void close() {
        resources.close();
    }
}
