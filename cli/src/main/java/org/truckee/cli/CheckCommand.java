package org.truckee.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee check`.
@Command(
        name = "check",
        description = "Say who has which share of one file or directory, and whether that is enough; with --repair,"
                + " make it so. The exit code is 1 if it cannot be read or could not be repaired.")
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
        Optional<String> verdict =
                options.run(false, target, spec.commandLine()).verdict();
        if (verdict.isPresent()) {
            throw new IOException(verdict.get());
        }
        return 0;
    }
}
