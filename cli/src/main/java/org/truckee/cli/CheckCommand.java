package org.truckee.cli;

import java.io.IOException;
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
        if (options.run(false, target, spec.commandLine()).repairsFailed() > 0) {
            throw new IOException("it could not be repaired");
        }
        return 0;
    }
}
