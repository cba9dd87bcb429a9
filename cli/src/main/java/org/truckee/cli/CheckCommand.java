package org.truckee.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.GatewayTasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee check`.
@Command(
        name = "check",
        description = "Say who has which share of one file or directory, and whether that is enough; with --repair,"
                + " make it so.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckTarget options;

    @Parameters(
            index = "1",
            paramLabel = "CAP|PATH",
            description = "A capability (- for standard input, @FILE), or a path in the root directory: /a/b.",
            converter = SecretArgument.Converter.class)
    private SecretArgument target;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var words = new CheckWords(out);
        var task = options.task(false, target.read());
        GatewayTasks.run(NodeDirectory.open(options.dir()), task, said -> say(said, words, out));
        out.flush();
        if (words.repairsFailed() > 0) {
            throw new IOException("it could not be repaired");
        }
        return 0;
    }

    private void say(ObjectNode said, CheckWords words, PrintWriter out) {
        words.count(said);
        if (options.isJson()) {
            out.println(said);
        } else {
            words.check(said);
        }
    }
}
