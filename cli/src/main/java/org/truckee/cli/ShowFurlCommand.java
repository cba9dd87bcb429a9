package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee show-furl`.
@Command(
        name = "show-furl",
        description = "Print the address of a node's service, which is a secret: who has it may use the service.")
final class ShowFurlCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The node's directory.")
    private Path dir;

    @Override
    public Integer call() throws IOException {
        NodeDirectory directory = NodeDirectory.open(dir);
        NodeRole role = directory.roles().stream()
                .filter(NodeRole::hasAddress)
                .findFirst()
                .orElseThrow(() -> new BadConfigurationException(dir + " has no address of its own: it is a gateway"));
        spec.commandLine()
                .getOut()
                .println(directory.address(role, new SecureRandom()).uri());
        return 0;
    }
}
