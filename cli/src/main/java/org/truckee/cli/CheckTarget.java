package org.truckee.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.truckee.sftp.CheckTask;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `check` and `deep-check` are asked to do.
final class CheckTarget {
    static final String ROOT = "/";

    @Parameters(index = "0", paramLabel = "DIR", description = "The gateway's directory; it may run or not.")
    private Path dir;

    @Option(names = "--verify", description = "Read every byte, rather than believing nodes that they have it.")
    private boolean verify;

    @Option(names = "--repair", description = "Make good what is missing or damaged, as far as there are nodes.")
    private boolean repair;

    @Option(names = "--add-lease", description = "Renew the leases too.")
    private boolean addLease;

    @Option(
            names = "--without",
            paramLabel = "SERVERID",
            description =
                    "Do not count what this node has, and give it nothing: with --repair nothing depends on it any"
                            + " more.")
    private Optional<String> without = Optional.empty();

    @Option(names = "--json", description = "As JSON, a line for each file, with the names that Tahoe-LAFS has.")
    private boolean asJson;

    Path dir() {
        return dir;
    }

    boolean isJson() {
        return asJson;
    }

    boolean repairs() {
        return repair;
    }

    CheckTask task(boolean deep, String target) {
        return new CheckTask(deep, target, verify, repair, addLease, without);
    }
}
