package org.truckee.status;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;

/// The process of a node that does one thing, and has no more on its class path than that takes. Its argument is the
/// node's directory; it prints the line `ready ROLE NICKNAME http://HOST:PORT/` when it can do its job, and ends
/// with 0 when it is told to, with 1 and a sentence when it cannot run.
public final class NodeMain {
    /// Adds its service to a node; returns when that can do its job.
    @FunctionalInterface
    public interface Service {
        void start(OpenNode node) throws IOException;
    }

    private NodeMain() {}

    /// Runs a node that has this role and no other, and ends the process.
    public static void run(NodeRole role, Service service, String... arguments) {
        if (arguments.length != 1) {
            System.err.println("truckee: the one argument is the " + role + " node's directory, got " + arguments.length
                    + " arguments");
            System.exit(2);
        }
        System.exit(run(role, service, Path.of(arguments[0])));
    }

    private static int run(NodeRole role, Service service, Path directory) {
        try {
            return Foreground.run(
                    loops -> start(role, service, directory, loops), node -> System.out.println(node.readyLine()));
        } catch (Exception e) {
            System.err.println("truckee: " + Sentence.of(e));
            return 1;
        }
    }

    private static OpenNode start(NodeRole role, Service service, Path path, EventLoopGroup loops) throws IOException {
        NodeDirectory directory = NodeDirectory.open(path.toAbsolutePath().normalize());
        if (!directory.roles().equals(Set.of(role))) {
            throw new BadConfigurationException(
                    directory.path() + " is a node that does " + directory.roles() + ", not just " + role);
        }
        return Resources.building(resources -> {
            var node = resources.add(OpenNode.open(directory, loops, InstantSource.system()));
            service.start(node);
            return node;
        });
    }
}
