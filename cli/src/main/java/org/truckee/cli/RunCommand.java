package org.truckee.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.GatewayEnvironment;
import org.truckee.sftp.SftpGateway;
import org.truckee.status.Foreground;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee run`.
@Command(name = "run", description = "Run a node until it is told to stop.")
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--create",
            paramLabel = "ROLE",
            description =
                    "If there is no node yet, make one that is an introducer, storage, helper or gateway (joined by + for"
                            + " several), as the variables TRUCKEE_... say.")
    private @Nullable String role;

    @Parameters(paramLabel = "DIR", description = "The node's directory.")
    private Path dir;

    @Override
    public Integer call() throws Exception {
        if (role != null) {
            int made = new Environment(System.getenv())
                    .createUnlessThere(spec.root().commandLine(), role, dir);
            if (made != 0) {
                return made;
            }
        }
        return run(dir, System.getenv(), spec.commandLine().getOut());
    }

    /// Runs a node that is there, as the environment says; its ready line goes to `out`.
    static int run(Path dir, Map<String, String> environment, PrintWriter out) throws Exception {
        NodeDirectory directory = NodeDirectory.open(dir.toAbsolutePath().normalize());
        var gateway = GatewayEnvironment.of(environment);
        return Foreground.run(
                loops -> RunningNode.start(
                        directory,
                        new RunningNode.Shared(
                                loops,
                                List.of(),
                                gateway.account(),
                                gateway.published(),
                                SftpGateway.AS_LONG_AS_IT_TAKES,
                                new SecureRandom(),
                                InstantSource.system())),
                node -> {
                    out.println(node.readyLine());
                    out.flush();
                });
    }
}
