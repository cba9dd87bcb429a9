package org.truckee.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The variables that say what a new node is like, for containers: `TRUCKEE_` and the name of an option in capitals.
final class Environment {
    private static final String PREFIX = "TRUCKEE_";
    private static final String INTRODUCER_FILE = PREFIX + "INTRODUCER_FURL_FILE";
    private static final String ROOT_FILE = PREFIX + "ROOT_CAP_FILE";
    private static final String HELPER_FILE = PREFIX + "HELPER_FURL_FILE";
    private static final long LOOK_AGAIN_MILLIS = 200;

    /// Variables that are not called as their options are.
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "--introducer",
            PREFIX + "INTRODUCER_FURL",
            "--bind",
            PREFIX + "BIND_ADDRESS",
            "--recovery",
            PREFIX + "RECOVERY_FILE");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    private Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /// The same, where there is no node yet.
    int createUnlessThere(CommandLine truckee, String roles, Path directory) throws IOException {
        return NodeDirectory.exists(directory) ? CommandLine.ExitCode.OK : create(truckee, roles, directory);
    }

    /// Makes a node of these roles, joined by `+`; gives the exit code of the command that does it.
    int create(CommandLine truckee, String roles, Path directory) throws IOException {
        List<String> command = command(roles);
        CommandLine create = Objects.requireNonNull(truckee.getSubcommands().get(command.getFirst()));
        for (OptionSpec option : create.getCommandSpec().options()) {
            value(option.longestName()).ifPresent(value -> command.add(option.longestName() + "=" + value));
        }
        Optional<String> file = get(INTRODUCER_FILE);
        if (file.isPresent()) {
            awaitFile(Path.of(file.get()), "the introducer writes", truckee.getErr());
            command.add("--introducer=@" + file.get());
        }
        Optional<String> helper = get(HELPER_FILE).filter(_ -> command.contains("--gateway"));
        if (helper.isPresent()) {
            awaitFile(Path.of(helper.get()), "the helper writes", truckee.getErr());
            command.add("--helper-furl=@" + helper.get());
        }
        Optional<String> root = get(ROOT_FILE);
        if (root.isPresent()) {
            awaitFile(Path.of(root.get()), "the first gateway writes", truckee.getErr());
        }
        command.add(directory.toString());
        return truckee.execute(command.toArray(String[]::new));
    }

    private Optional<String> value(String option) {
        String usual = PREFIX + option.replaceFirst("--", "").replace('-', '_').toUpperCase(Locale.ROOT);
        return get(OTHER_NAMES.getOrDefault(option, usual));
    }

    private static List<String> command(String roles) {
        Set<NodeRole> wanted = new TreeSet<>();
        for (String word : roles.split("\\+")) {
            wanted.add(NodeRole.of(word)
                    .orElseThrow(() -> new WrongOptionException("--create is one or more of "
                            + Arrays.stream(NodeRole.values())
                                    .map(NodeRole::toString)
                                    .toList() + " joined by +, got "
                            + roles)));
        }
        if (wanted.equals(Set.of(NodeRole.INTRODUCER))) {
            return new ArrayList<>(List.of("create-introducer"));
        }
        if (wanted.contains(NodeRole.INTRODUCER)) {
            throw new WrongOptionException("--create: an introducer is a node of its own, got " + roles);
        }
        List<String> command = new ArrayList<>(List.of("create-node"));
        wanted.forEach(role -> command.add("--" + role));
        return command;
    }

    /// Another service may be about to write it. It is looked for again and again: what another container writes to a
    /// shared volume does not wake a watcher on every system.
    private static void awaitFile(Path file, String who, PrintWriter log) throws IOException {
        try {
            if (isMissing(file)) {
                log.println("waiting for " + file + ", which " + who);
                log.flush();
            }
            while (isMissing(file)) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while waiting for " + file);
        }
    }

    private static boolean isMissing(Path file) throws IOException {
        return !Files.exists(file) || Files.readString(file).isBlank();
    }
}
