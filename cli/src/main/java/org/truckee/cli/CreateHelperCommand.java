package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `truckee create-helper`.
@Command(
        name = "create-helper",
        description = "Make a helper, which saves the slow line of gateways: it is sent ciphertext once and places its"
                + " shares, and connects them to nodes that they cannot reach.")
final class CreateHelperCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The new node's directory.")
    private Path dir;

    @Mixin
    private PlaceOptions place;

    @Mixin
    private IntroducerOptions introducers;

    @Mixin
    private HelperOptions helper;

    @Override
    public Integer call() throws IOException {
        var node = new NewNode();
        place.write(node, dir, Optional.of(NodeRole.HELPER.defaultPort()), NodeRole.HELPER.defaultWebPort());
        introducers.write(node);
        helper.write(node);
        node.make(dir);
        return 0;
    }
}
