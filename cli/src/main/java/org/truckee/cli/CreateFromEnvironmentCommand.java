package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee create-from-environment`.
@Command(
        name = "create-from-environment",
        description = "Make a node as the variables TRUCKEE_... say, if there is none yet.")
final class CreateFromEnvironmentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "ROLE",
            description = "What it is: introducer, storage or gateway, joined by + for several.")
    private String role;

    @Parameters(index = "1", paramLabel = "DIR", description = "The node's directory.")
    private Path dir;

    @Override
    public Integer call() throws IOException {
        return new Environment(System.getenv()).createUnlessThere(spec.root().commandLine(), role, dir);
    }
}
