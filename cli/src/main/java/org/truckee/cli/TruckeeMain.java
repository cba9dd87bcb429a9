package org.truckee.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// Entry point of `truckee`. Exit codes: 0 done, 1 failed with one sentence on standard error, 2 wrong usage.
@Command(
        name = "truckee",
        description = "A private, redundant file store on machines that nobody has to trust.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {VersionCommand.class, UpCommand.class, DebugCommand.class, HelpCommand.class})
public final class TruckeeMain {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where a failure comes from.")
    private boolean debug;

    private TruckeeMain() {}

    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        var main = new TruckeeMain();
        var command = new CommandLine(main);
        command.addSubcommand("completion", new GenerateCompletion());
        command.setExecutionExceptionHandler((failure, failed, _) -> main.explain(failure, failed));
        return command;
    }

    private int explain(Exception failure, CommandLine failed) {
        failed.getErr().println("truckee: " + sentence(failure));
        if (debug) {
            failure.printStackTrace(failed.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String sentence(Exception failure) {
        return failure.getMessage() == null
                ? "it failed (" + failure.getClass().getSimpleName() + ")"
                : failure.getMessage();
    }
}
