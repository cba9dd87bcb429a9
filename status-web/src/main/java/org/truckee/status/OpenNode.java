package org.truckee.status;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.RunningProcess;

/// A node's directory in use by this process: locked, with a status page, and with the services that were added.
public final class OpenNode implements Foreground.Running {
    private static final Logger LOG = LoggerFactory.getLogger(OpenNode.class);

    private final Resources resources;
    private final NodeDirectory directory;
    private final Set<NodeRole> roles;
    private final EventLoopGroup loops;
    private final InetSocketAddress web;
    private final StatusServer pages;

    private OpenNode(
            Resources resources,
            NodeDirectory directory,
            Set<NodeRole> roles,
            EventLoopGroup loops,
            InetSocketAddress web,
            StatusServer pages) {
        this.resources = resources;
        this.directory = directory;
        this.roles = roles;
        this.loops = loops;
        this.web = web;
        this.pages = pages;
    }

    /// Takes a directory into use, and says in the log which of its keys have no effect.
    ///
    /// @throws org.truckee.protocol.node.BadConfigurationException if another process uses it, or it describes
    /// nothing
    public static OpenNode open(NodeDirectory directory, EventLoopGroup loops, InstantSource clock) throws IOException {
        directory
                .configuration()
                .keysWithoutEffect()
                .forEach(key -> LOG.atWarn().addKeyValue("key", key).log("a key of tahoe.cfg has no effect here"));
        Set<NodeRole> roles = directory.roles();
        return Resources.building(resources -> {
            resources.add(RunningProcess.lock(directory.path()));
            InetSocketAddress web = directory
                    .configuration()
                    .listenAddress(
                            "node", "web.port", "tcp:" + NodeRole.defaultWebPort(roles) + ":interface=127.0.0.1");
            var pages = resources.add(StatusServer.start(loops, web, directory.nickname(), webHosts(directory), clock));
            return new OpenNode(resources, directory, roles, loops, web, pages);
        });
    }

    private static List<String> webHosts(NodeDirectory directory) {
        return directory
                .configuration()
                .get("node", "web.hosts")
                .map(names -> List.of(names.split("[,\\s]+")))
                .orElse(List.of());
    }

    public NodeDirectory directory() {
        return directory;
    }

    /// What the node does, in the order in which it is started.
    public Set<NodeRole> roles() {
        return roles;
    }

    public EventLoopGroup loops() {
        return loops;
    }

    /// Where a service shows how it is.
    public StatusServer pages() {
        return pages;
    }

    /// Takes a service to be closed with the node, before what was added earlier.
    public <T extends AutoCloseable> T add(T service) {
        return resources.add(service);
    }

    /// Where its status page is.
    public String page() {
        String host = web.getAddress().isAnyLocalAddress() ? "127.0.0.1" : web.getHostString();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + pages.port() + "/";
    }

    /// What a person and a program wait for.
    public String readyLine() {
        String words = roles.stream().map(NodeRole::toString).collect(Collectors.joining("+"));
        return "ready " + words + " " + directory.nickname() + " " + page();
    }

    @Override
    public void close() {
        resources.close();
    }
}
