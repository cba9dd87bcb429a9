package org.truckee.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee help`.
@Command(name = "help", description = "Show what there is, or what a command does and takes.", helpCommand = true)
final class HelpCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command, with its parent's name in front.")
    private List<String> names = new ArrayList<>();

    @Override
    public void run() {
        CommandLine command = spec.root().commandLine();
        for (String name : names) {
            CommandLine found = command.getSubcommands().get(name);
            if (found == null) {
                throw new ParameterException(spec.commandLine(), "there is no command " + String.join(" ", names));
            }
            command = found;
        }
        command.usage(spec.commandLine().getOut());
    }
}
