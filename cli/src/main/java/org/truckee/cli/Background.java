package org.truckee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// This very command once more, as a process of its own that stays when the terminal is closed.
final class Background {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final long LOOK_AGAIN_MILLIS = 50;

    private Background() {}

    /// Starts it without the argument `except`, with its output at the end of `log`, and waits until it prints a line
    /// that starts
    /// with `ready`, which is printed here too.
    ///
    /// @throws IOException if it ends before; the message is the last that it said
    static void start(String except, Path log, PrintWriter out) throws IOException, InterruptedException {
        Files.createDirectories(Optional.ofNullable(log.getParent()).orElse(Path.of(".")));
        long before = Files.exists(log) ? Files.size(log) : 0;
        Process process = new ProcessBuilder(command(except))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        while (true) {
            boolean ended = process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            List<String> said = linesFrom(log, before);
            Optional<String> ready =
                    said.stream().filter(line -> line.startsWith("ready ")).findFirst();
            if (ready.isPresent()) {
                out.println(ready.get());
                return;
            }
            if (ended) {
                throw new IOException(
                        said.isEmpty() ? "it ended at once" : said.getLast().replaceFirst("^truckee: ", ""));
            }
        }
    }

    private static List<String> linesFrom(Path log, long offset) throws IOException {
        try (var in = Files.newInputStream(log)) {
            in.skipNBytes(offset);
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }

    private static List<String> command(String except) throws IOException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(self.command().orElseThrow(() -> new IOException("this system does not say how it was started")));
        for (String argument : self.arguments().orElseThrow(() -> new IOException("the arguments are not known"))) {
            if (!argument.equals(except)) {
                command.add(argument);
            }
        }
        return command;
    }
}
