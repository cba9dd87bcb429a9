package org.truckee.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.truckee.client.cap.Encoding;
import org.truckee.sftp.FirstAccount;
import org.truckee.status.Foreground;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `truckee up`.
@Command(
        name = "up",
        description = "Run a whole grid in one process, for trying it out: an introducer, a helper,"
                + " storage nodes and a gateway.",
        showDefaultValues = true)
final class UpCommand implements Callable<Integer> {
    /// Options that say what a new grid is like.
    private static final Set<String> MADE_WITH =
            Set.of("--needed", "--happy", "--total", "--port-offset", "--user", "--password");

    private static final String DETACH = "--detach";

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", description = "Where everything is kept.", defaultValue = "./grid")
    private Path dir;

    @Option(names = "--nodes", description = "Number of storage nodes.", defaultValue = "5")
    private int nodes;

    @Option(names = "--needed", description = "Shares that give a file back.", defaultValue = "2")
    private int needed;

    @Option(names = "--happy", description = "Storage nodes that must hold a share each.", defaultValue = "3")
    private int happy;

    @Option(names = "--total", description = "Shares of a file.", defaultValue = "5")
    private int total;

    @Option(names = "--port-offset", description = "Added to every port.", defaultValue = "0")
    private int portOffset;

    @Option(names = "--user", description = "Name to log in with.", defaultValue = "tahoe")
    private String user;

    @Option(names = "--password", description = "Password of the first start.", defaultValue = "passw0rd")
    private String password;

    @Option(names = DETACH, description = "Return when it is ready; `down` stops it.")
    private boolean isDetached;

    @Override
    public Integer call() throws Exception {
        var plan = new LocalGrid.Plan(
                dir.toAbsolutePath().normalize(), checkedNodes(), encoding(), happy, checkedOffset(), account());
        if (dir.toString().isBlank()) {
            throw wrong("--dir is empty");
        }
        warnOfIgnoredOptions(plan.folder());
        PrintWriter out = spec.commandLine().getOut();
        if (isDetached) {
            Background.start(DETACH, plan.folder().resolve("log"), out);
            return 0;
        }
        out.println("grid in " + plan.folder());
        out.flush();
        return Foreground.run(
                loops -> LocalGrid.start(plan, loops, new SecureRandom(), InstantSource.system()), grid -> {
                    out.printf("ready grid sftp://127.0.0.1:%d %s%n", grid.sftpPort(), grid.page());
                    out.flush();
                });
    }

    /// What a grid is like is decided when it is made.
    private void warnOfIgnoredOptions(Path folder) {
        List<String> given = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(option -> option.longestName())
                .filter(MADE_WITH::contains)
                .toList();
        if (!given.isEmpty() && Files.exists(folder.resolve("gateway"))) {
            spec.commandLine()
                    .getErr()
                    .println("truckee: " + folder + " was made before, so " + String.join(", ", given)
                            + (given.size() == 1 ? " has" : " have") + " no effect");
        }
    }

    private FirstAccount account() {
        try {
            return new FirstAccount(user, password, false);
        } catch (IllegalArgumentException e) {
            throw wrong("--user and --password: " + e.getMessage());
        }
    }

    private int checkedOffset() {
        if (portOffset < 0 || portOffset > LocalGrid.MAX_PORT_OFFSET) {
            throw wrong("--port-offset must be from 0 to " + LocalGrid.MAX_PORT_OFFSET + ", got " + portOffset);
        }
        return portOffset;
    }

    private int checkedNodes() {
        if (nodes < happy || nodes > LocalGrid.MAX_NODES) {
            throw wrong("--nodes must be from --happy (" + happy + ") to " + LocalGrid.MAX_NODES + ", got " + nodes);
        }
        return nodes;
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private Encoding encoding() {
        boolean possible = 1 <= needed && needed <= happy && happy <= total && total <= Encoding.MAX_TOTAL;
        if (!possible) {
            throw wrong("need 1 <= --needed <= --happy <= --total <= 256, got " + needed + ", " + happy + ", " + total);
        }
        return new Encoding(needed, total);
    }
}
