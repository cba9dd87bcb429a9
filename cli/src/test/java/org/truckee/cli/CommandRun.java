package org.truckee.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// A `truckee` command run in this process: its exit code and what it printed.
record CommandRun(int exitCode, String out, List<String> err) {
    static CommandRun of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = TruckeeMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new CommandRun(
                exitCode, out.toString().strip(), err.toString().lines().toList());
    }
}
