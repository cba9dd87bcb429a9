package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureDocumentTest {
    private static final Path ROOT = Path.of("..");

    /// A class is written as `` `ClassName` `` there.
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]+[a-z][A-Za-z0-9]*)`");

    private static Set<String> sources() throws IOException {
        try (Stream<Path> files =
                Files.find(ROOT, 12, (path, _) -> path.toString().endsWith(".java"))) {
            return files.map(path -> path.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void everyClassNamedInTheArchitectureExists() throws IOException {
        Set<String> named = CLASS.matcher(Files.readString(ROOT.resolve("docs/architecture.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(20);
        named.removeAll(sources());
        assertThat(named).as("named in docs/architecture.md, but not there").isEmpty();
    }
}
