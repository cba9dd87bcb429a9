package org.truckee.cli;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.FirstAccount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee run`.
@Command(name = "run", description = "Run a node until it is told to stop.")
final class RunCommand implements Callable<Integer> {
    /// A service waits for the others as long as it takes, and tells on its page for what.
    private static final Duration PATIENCE = Duration.ofDays(365);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--create",
            paramLabel = "ROLE",
            description = "If there is no node yet, make one that is an introducer, storage or gateway (joined by + for"
                    + " several), as the variables TRUCKEE_... say.")
    private @Nullable String role;

    @Parameters(paramLabel = "DIR", description = "The node's directory.")
    private Path dir;

    @Override
    public Integer call() throws Exception {
        var environment = new Environment(System.getenv());
        if (role != null && !NodeDirectory.exists(dir)) {
            int made = environment.create(spec.root().commandLine(), role, dir);
            if (made != 0) {
                return made;
            }
        }
        return run(dir, environment, spec.commandLine().getOut());
    }

    /// Runs a node that is there, as the environment says; its ready line goes to `out`.
    static int run(Path dir, Environment environment, PrintWriter out) throws Exception {
        NodeDirectory directory = NodeDirectory.open(dir.toAbsolutePath().normalize());
        FirstAccount account = environment.firstAccount();
        Optional<InetAddress> published = environment.publishedAddress();
        return Foreground.run(
                loops -> RunningNode.start(
                        directory,
                        new RunningNode.Shared(
                                loops,
                                List.of(),
                                account,
                                published,
                                PATIENCE,
                                new SecureRandom(),
                                InstantSource.system())),
                node -> {
                    out.println(node.readyLine());
                    out.flush();
                });
    }
}
