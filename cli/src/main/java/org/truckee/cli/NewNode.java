package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;

/// A node that is being made: what its `tahoe.cfg` will say, and files that it has from the start.
final class NewNode {
    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    /// @throws WrongOptionException if the value does not fit into one line
    NewNode set(String section, String key, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new WrongOptionException(key + " must not have control characters or line breaks");
        }
        sections.computeIfAbsent(section, _ -> new LinkedHashMap<>()).put(key, value);
        return this;
    }

    NewNode set(String section, String key, Optional<String> value) {
        value.ifPresent(text -> set(section, key, text));
        return this;
    }

    NewNode setIfAbsent(String section, String key, String value) {
        return sections.getOrDefault(section, Map.of()).containsKey(key) ? this : set(section, key, value);
    }

    NewNode fileIfAbsent(String name, String text) {
        files.putIfAbsent(name, text);
        return this;
    }

    /// A file of the node's directory.
    NewNode file(String name, String text) {
        files.put(name, text);
        return this;
    }

    /// What the `tahoe.cfg` of `directory` will say.
    TahoeConfiguration configuration(Path directory) throws IOException {
        return TahoeConfiguration.of(
                directory.resolve("tahoe.cfg"), text().lines().toList());
    }

    NodeDirectory make(Path directory) throws IOException {
        return NodeDirectory.create(directory, text(), files, new SecureRandom());
    }

    private String text() {
        return sections.entrySet().stream()
                .map(section -> section.getValue().entrySet().stream()
                        .map(pair -> pair.getKey() + " = " + pair.getValue() + "\n")
                        .collect(Collectors.joining("", "[" + section.getKey() + "]\n", "")))
                .collect(Collectors.joining("\n"));
    }
}
