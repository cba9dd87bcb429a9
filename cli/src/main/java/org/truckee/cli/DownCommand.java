package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.truckee.protocol.node.RunningProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `truckee down`.
@Command(name = "down", description = "Stop the grid that `up` runs.", showDefaultValues = true)
final class DownCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", description = "Where everything is kept.", defaultValue = "./grid")
    private Path dir;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path folder = dir.toAbsolutePath().normalize();
        Optional<ProcessHandle> grid = RunningProcess.of(folder).flatMap(ProcessHandle::of);
        if (grid.isEmpty()) {
            spec.commandLine().getOut().println("no grid runs in " + folder);
            return 0;
        }
        if (!grid.get().destroy()) {
            throw new IOException("process " + grid.get().pid() + ", which runs the grid, belongs to another user");
        }
        try {
            grid.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "process " + grid.get().pid() + " was told to stop and still runs after " + PATIENCE.toSeconds()
                            + " s",
                    e);
        }
        spec.commandLine().getOut().println("stopped the grid in " + folder);
        return 0;
    }
}
