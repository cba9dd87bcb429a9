package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.storage.LeaseExpiry;
import org.truckee.storage.StorageLimits;
import picocli.CommandLine.Option;

/// Options of a new storage node.
final class StorageOptions {
    private static final long BYTES_PER_MB = 1_000_000;

    @Option(names = "--storage-dir", paramLabel = "FOLDER", description = "Where shares are kept; storage in DIR.")
    private @Nullable Path storageDir;

    @Option(
            names = "--reserved-space",
            paramLabel = "SIZE",
            description = "Left free on the disk, such as 10G; 5 %% of it, at least 1 GiB.")
    private @Nullable String reservedSpace;

    @Option(
            names = "--expire-after",
            paramLabel = "TIME",
            description = "Shares that nobody asked to keep for so long, such as 90days, are removed; never.")
    private @Nullable String expireAfter;

    /// @param dir the new node's directory
    void write(NewNode node, Path dir) throws IOException {
        node.set("storage", "enabled", "true")
                .set(
                        "storage",
                        "storage_dir",
                        Optional.ofNullable(storageDir)
                                .map(p -> p.toAbsolutePath().toString()))
                .set("storage", "reserved_space", reservedSpace == null ? usualReserve(dir) : reservedSpace);
        if (expireAfter != null) {
            node.set("storage", "expire.enabled", "true")
                    .set("storage", "expire.mode", "age")
                    .set("storage", "expire.override_lease_duration", expireAfter);
        }
        check(node.configuration(dir));
    }

    /// What a node would not start with is not made.
    private static void check(TahoeConfiguration configuration) throws IOException {
        StorageLimits.of(configuration);
        LeaseExpiry.of(configuration);
    }

    private String usualReserve(Path dir) throws IOException {
        Path disk = (storageDir == null ? dir : storageDir).toAbsolutePath();
        while (!Files.exists(disk)) {
            disk = Objects.requireNonNull(disk.getParent());
        }
        long bytes = StorageLimits.usualReserve(Files.getFileStore(disk).getTotalSpace());
        return Math.ceilDiv(bytes, BYTES_PER_MB) + "MB";
    }
}
