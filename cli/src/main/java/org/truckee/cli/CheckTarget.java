package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.CheckTask;
import org.truckee.sftp.GatewayTasks;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `check` and `deep-check` are asked to do.
final class CheckTarget {
    @Parameters(index = "0", paramLabel = "DIR", description = "The gateway's directory; it may run or not.")
    private Path dir;

    @Option(names = "--verify", description = "Read every byte, rather than believing nodes that they have it.")
    private boolean verify;

    @Option(names = "--repair", description = "Make good what is missing or damaged, as far as there are nodes.")
    private boolean repair;

    @Option(names = "--add-lease", description = "Renew the leases too.")
    private boolean addLease;

    @Option(
            names = "--without",
            paramLabel = "SERVERID",
            description =
                    "Do not count what this node has, and give it nothing: with --repair nothing depends on it any"
                            + " more.")
    private Optional<String> without = Optional.empty();

    @Option(names = "--json", description = "As JSON, a line for each file, with the names that Tahoe-LAFS has.")
    private boolean asJson;

    boolean repairs() {
        return repair;
    }

    /// Has it done and prints what is said; gives what came of it.
    CheckWords run(boolean deep, SecretArgument target, CommandLine command) throws IOException {
        PrintWriter out = command.getOut();
        var words = new CheckWords(out);
        var task = new CheckTask(deep, target.read(), verify, repair, addLease, without);
        GatewayTasks.run(NodeDirectory.open(dir), task, said -> {
            words.count(said);
            if (asJson) {
                out.println(said);
            } else if (deep) {
                words.deepCheck(said);
                words.progress().ifPresent(command.getErr()::println);
            } else {
                words.check(said);
            }
        });
        out.flush();
        return words;
    }
}
