package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
    private static final String DETACH = "--detach";
    private static final String NODES = "--nodes";
    private static final String TOTAL = "--total";

    /// Options that say what a new grid is like.
    private static final Set<String> MADE_WITH =
            Set.of("--needed", "--happy", TOTAL, "--port-offset", "--user", "--password");

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", description = "Where everything is kept.", defaultValue = "./grid")
    private Path dir;

    @Option(names = NODES, description = "Number of storage nodes.", defaultValue = "5")
    private int nodes;

    @Option(names = "--needed", description = "Shares that give a file back.", defaultValue = "2")
    private int needed;

    @Option(names = "--happy", description = "Storage nodes that must hold a share each.", defaultValue = "3")
    private int happy;

    @Option(names = TOTAL, description = "Shares of a file; not more than nodes, unless given.", defaultValue = "5")
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
        if (dir.toString().isBlank()) {
            throw wrong("--dir is empty");
        }
        LocalGrid.Plan plan = plan(dir.toAbsolutePath().normalize());
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

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /// A grid that was made before keeps its ports, and its nodes unless more are asked for.
    private LocalGrid.Plan plan(Path folder) throws IOException {
        Optional<LocalGrid.Plan> before = LocalGrid.planOf(folder, account());
        if (before.isEmpty()) {
            return new LocalGrid.Plan(folder, checkedNodes(happy), encoding(), happy, checkedOffset(), account());
        }
        warnOfIgnoredOptions(folder);
        return isGiven(NODES) ? before.get().withNodes(checkedNodes(1)) : before.get();
    }

    private void warnOfIgnoredOptions(Path folder) {
        List<String> given = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(option -> option.longestName())
                .filter(MADE_WITH::contains)
                .toList();
        if (!given.isEmpty()) {
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

    private int checkedNodes(int least) {
        if (nodes < least || nodes > LocalGrid.MAX_NODES) {
            throw wrong("--nodes must be from " + (least == happy ? "--happy (" + happy + ")" : least) + " to "
                    + LocalGrid.MAX_NODES + ", got " + nodes);
        }
        return nodes;
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /// Without more nodes than there are to come, nobody waits for them.
    private Encoding encoding() {
        int total = isGiven(TOTAL) ? this.total : Math.min(this.total, nodes);
        boolean possible = 1 <= needed && needed <= happy && happy <= total && total <= Encoding.MAX_TOTAL;
        if (!possible) {
            throw wrong("need 1 <= --needed <= --happy <= --total <= 256, got " + needed + ", " + happy + ", " + total);
        }
        return new Encoding(needed, total);
    }
}
