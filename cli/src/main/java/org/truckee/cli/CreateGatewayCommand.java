package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee create-gateway`.
@Command(
        name = "create-gateway",
        description = "Make a gateway, which encrypts files and keeps them on storage nodes; the door is SFTP.")
final class CreateGatewayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The new node's directory.")
    private Path dir;

    @Mixin
    private PlaceOptions place;

    @Mixin
    private IntroducerOptions introducers;

    @Mixin
    private GatewayOptions gateway;

    @Override
    public Integer call() throws IOException {
        var node = new NewNode();
        place.write(node, dir, Optional.empty(), NodeRole.GATEWAY.defaultWebPort());
        introducers.write(node);
        gateway.write(node, place);
        node.make(dir);
        gateway.explain(spec.commandLine().getOut());
        return 0;
    }
}
