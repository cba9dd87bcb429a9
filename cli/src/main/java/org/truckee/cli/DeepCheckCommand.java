package org.truckee.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee deep-check`.
@Command(
        name = "deep-check",
        description = "Check everything in a tree, and say what is not as it should be; with --repair, make it so. The"
                + " exit code is 1 if something cannot be read, could not be repaired, or still depends on the node"
                + " of --without.")
final class DeepCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckTarget options;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CAP|PATH",
            defaultValue = "/",
            description = "A capability (- for standard input, @FILE), or a path in the root directory; all of it if it"
                    + " is left out.",
            converter = SecretArgument.Converter.class)
    private SecretArgument target;

    @Override
    public Integer call() throws IOException {
        Optional<String> verdict = options.run(true, target, spec.commandLine()).verdict(options.repairs());
        if (verdict.isPresent()) {
            throw new IOException(verdict.get());
        }
        return 0;
    }
}
