package org.truckee.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.truckee.status.Sentence;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/// Entry point of `truckee`. Exit codes: 0 done, 1 failed with one sentence on standard error, 2 wrong usage.
@Command(
        name = "truckee",
        description = "A private, redundant file store on machines that nobody has to trust.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            VersionCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            CreateIntroducerCommand.class,
            CreateStorageNodeCommand.class,
            CreateHelperCommand.class,
            CreateGatewayCommand.class,
            CreateNodeCommand.class,
            CreateFromEnvironmentCommand.class,
            PasswdCommand.class,
            AuthorizeCommand.class,
            RecoveryCommand.class,
            CheckCommand.class,
            DeepCheckCommand.class,
            StagedCommand.class,
            RunCommand.class,
            ShowFurlCommand.class,
            ForgetCommand.class,
            DebugCommand.class,
            HelpCommand.class,
            CompletionCommand.class
        })
public final class TruckeeMain {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where a failure comes from.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show what a command does and takes.")
    @SuppressWarnings("UnusedVariable") // the parser acts on it
    private boolean help;

    private TruckeeMain() {}

    public static void main(String... arguments) {
        System.exit(isPlainRun(arguments) ? run(arguments) : commandLine().execute(arguments));
    }

    private static boolean isPlainRun(String... arguments) {
        return arguments.length == 2 && arguments[0].equals("run") && !arguments[1].startsWith("-");
    }

    /// Nodes are started by `run DIR`, for which nothing has to be parsed: that would be a fifth of the start.
    private static int run(String... arguments) {
        try {
            return RunCommand.run(
                    Path.of(arguments[1]), System.getenv(), new PrintWriter(System.out, true, System.out.charset()));
        } catch (WrongOptionException e) {
            return commandLine().execute(arguments); // which says how it is used
        } catch (Exception e) {
            System.err.println("truckee: " + Sentence.of(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    static CommandLine commandLine() {
        var main = new TruckeeMain();
        return new CommandLine(main)
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler((failure, failed, _) -> main.explain(failure, failed))
                .setParameterExceptionHandler((wrong, _) -> wrongUsage(wrong));
    }

    private int explain(Exception failure, CommandLine failed) {
        if (failure instanceof WrongOptionException wrong) {
            return wrongUsage(new ParameterException(failed, String.valueOf(wrong.getMessage())));
        }
        failed.getErr().println("truckee: " + Sentence.of(failure));
        if (debug) {
            failure.printStackTrace(failed.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int wrongUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        boolean lacksCommand = !command.getSubcommands().isEmpty()
                && command.getParseResult().originalArgs().stream().allMatch(command.getSubcommands()::containsKey);
        if (lacksCommand) {
            command.usage(command.getErr());
        } else {
            String name = command.getCommandSpec().qualifiedName();
            command.getErr().println("truckee: " + wrong.getMessage());
            command.getErr().println("`" + name + " --help` says what it takes.");
        }
        return CommandLine.ExitCode.USAGE;
    }
}
