package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `truckee create-introducer`.
@Command(name = "create-introducer", description = "Make an introducer, by which the nodes of a grid find each other.")
final class CreateIntroducerCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The new node's directory.")
    private Path dir;

    @Mixin
    private PlaceOptions place;

    @Override
    public Integer call() throws IOException {
        var node = new NewNode().file(NodeRole.INTRODUCER_MARK, "# This file marks an introducer's directory.\n");
        place.write(node, dir, Optional.of(NodeRole.INTRODUCER.defaultPort()), NodeRole.INTRODUCER.defaultWebPort());
        node.make(dir);
        return 0;
    }
}
