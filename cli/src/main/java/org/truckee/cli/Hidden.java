package org.truckee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/// A line that nobody should see: typed without an echo where there is a terminal, else read from standard input.
final class Hidden {
    private Hidden() {}

    @SuppressWarnings("SystemConsoleNull") // the JDK's documentation says null where there is no terminal
    static String line(String prompt) throws IOException {
        var console = System.console();
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("%s: ", prompt);
            return typed == null ? "" : new String(typed);
        }
        String line = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
        return line == null ? "" : line;
    }
}
