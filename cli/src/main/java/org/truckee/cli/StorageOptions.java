package org.truckee.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of a new storage node.
final class StorageOptions {
    @Option(names = "--storage-dir", paramLabel = "FOLDER", description = "Where shares are kept; storage in DIR.")
    private @Nullable Path storageDir;

    @Option(
            names = "--reserved-space",
            paramLabel = "SIZE",
            description = "Left free on the disk, such as 10G; nothing is.")
    private @Nullable String reservedSpace;

    void write(NewNode node) {
        node.set("storage", "enabled", "true")
                .set(
                        "storage",
                        "storage_dir",
                        Optional.ofNullable(storageDir)
                                .map(p -> p.toAbsolutePath().toString()))
                .set("storage", "reserved_space", Optional.ofNullable(reservedSpace));
    }
}
