package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee create-node`.
@Command(name = "create-node", description = "Make a node that does several things in one process.")
final class CreateNodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The new node's directory.")
    private Path dir;

    @Option(names = "--storage", description = "It keeps shares.")
    private boolean isStorage;

    @Option(names = "--helper", description = "It places shares for gateways with a slow line.")
    private boolean isHelper;

    @Option(
            names = "--helper-port",
            paramLabel = "PORT",
            description = "The port of its helper where it keeps shares too; 0 for a free one.")
    private @Nullable String helperPort;

    @Option(names = "--gateway", description = "It is a door to the grid.")
    private boolean isGateway;

    @Mixin
    private PlaceOptions place;

    @Mixin
    private IntroducerOptions introducers;

    @Mixin
    private StorageOptions storage;

    @Mixin
    private HelperOptions helper;

    @Mixin
    private GatewayOptions gateway;

    @Override
    public Integer call() throws IOException {
        if (!isStorage && !isHelper && !isGateway) {
            throw new ParameterException(
                    spec.commandLine(), "say what the node does: --storage, --helper, --gateway, or several of them");
        }
        var node = new NewNode();
        place.write(
                node,
                dir,
                defaultPort(),
                (isGateway ? NodeRole.GATEWAY : isStorage ? NodeRole.STORAGE : NodeRole.HELPER).defaultWebPort());
        introducers.write(node);
        if (isStorage) {
            storage.write(node, dir);
        }
        if (isHelper) {
            helper.write(node);
            if (isStorage) {
                int usual = NodeRole.HELPER.defaultPort();
                node.set("helper", "port", place.endpoint("--helper-port", Optional.ofNullable(helperPort), usual));
            }
        }
        if (isGateway) {
            gateway.write(node, place);
        }
        node.make(dir);
        if (isGateway) {
            gateway.explain(spec.commandLine().getOut());
        }
        return 0;
    }

    private Optional<Integer> defaultPort() {
        return isStorage
                ? Optional.of(NodeRole.STORAGE.defaultPort())
                : isHelper ? Optional.of(NodeRole.HELPER.defaultPort()) : Optional.empty();
    }
}
