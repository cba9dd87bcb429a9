package org.truckee.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.GatewayTasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee deep-check`.
@Command(
        name = "deep-check",
        description = "Check everything in a tree, and say what is not as it should be; with --repair, make it so.")
final class DeepCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckTarget options;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CAP|PATH",
            defaultValue = CheckTarget.ROOT,
            description = "A capability (- for standard input, @FILE), or a path in the root directory; all of it if it"
                    + " is left out.",
            converter = SecretArgument.Converter.class)
    private SecretArgument target;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var words = new CheckWords(out);
        var task = options.task(true, target.read());
        GatewayTasks.run(NodeDirectory.open(options.dir()), task, said -> say(said, words, out));
        out.flush();
        Optional<String> verdict = words.verdict(options.repairs());
        if (verdict.isPresent()) {
            throw new IOException(verdict.get());
        }
        return 0;
    }

    private void say(ObjectNode said, CheckWords words, PrintWriter out) {
        words.count(said);
        if (options.isJson()) {
            out.println(said);
        } else {
            words.deepCheck(said);
            words.progress().ifPresent(spec.commandLine().getErr()::println);
        }
    }
}
