package org.truckee.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.truckee.crypto.TubId;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.WholeFile;

/// Says in a storage folder which node keeps it, and in a node's directory that it has used one: a disk that is not
/// mounted must not become an empty node. While a process has it, no other gets it.
final class StorageMarker implements AutoCloseable {
    /// In the storage folder: the node's TubID.
    static final String FILE = "truckee-node";

    private static final int MAX_BYTES = 100;

    private final FileChannel channel;
    private final Optional<String> formerNode;

    private StorageMarker(FileChannel channel, Optional<String> formerNode) {
        this.channel = channel;
        this.formerNode = formerNode;
    }

    /// Takes a storage folder, which is made if this node never had one.
    ///
    /// @param used a file in the node's directory that is there once it has used a folder
    /// @throws BadConfigurationException if the folder is not what the node used before, or in use
    static StorageMarker take(Path root, TubId nodeId, Path used) throws IOException {
        Path marker = root.resolve(FILE);
        if (Files.exists(used) && !Files.exists(marker)) {
            throw new BadConfigurationException("the storage folder " + root + " has no file " + FILE
                    + ", though this node has kept shares: is its disk mounted? To begin with an empty folder, delete "
                    + used);
        }
        var taken = takeWritable(root, marker, nodeId);
        if (!Files.exists(used)) {
            WholeFile.write(used, root + "\n");
        }
        return taken;
    }

    private static StorageMarker takeWritable(Path root, Path marker, TubId nodeId) throws IOException {
        try {
            Files.createDirectories(root);
            return lock(root, marker, nodeId);
        } catch (FileSystemException e) {
            String reason = Objects.requireNonNullElse(e.getReason(), "no access");
            throw new BadConfigurationException("the storage folder " + root + " cannot be written to: " + reason);
        }
    }

    private static StorageMarker lock(Path root, Path marker, TubId nodeId) throws IOException {
        if (!Files.exists(marker)) {
            WholeFile.write(marker, nodeId + "\n");
        }
        var channel = FileChannel.open(marker, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(root);
            }
            var keeper = new String(
                            ShareBytes.read(channel, 0, (int) Math.min(channel.size(), MAX_BYTES))
                                    .array(),
                            US_ASCII)
                    .strip();
            return new StorageMarker(channel, Optional.of(keeper).filter(id -> !id.equals(nodeId.toString())));
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(root);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static BadConfigurationException inUse(Path root) {
        return new BadConfigurationException("the storage folder " + root + " is in use by another node");
    }

    /// The node that kept the folder before, if it was another one.
    Optional<String> formerNode() {
        return formerNode;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
