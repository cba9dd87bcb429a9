package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `truckee create-storage-node`.
@Command(name = "create-storage-node", description = "Make a storage node, which keeps shares of ciphertext.")
final class CreateStorageNodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The new node's directory.")
    private Path dir;

    @Mixin
    private PlaceOptions place;

    @Mixin
    private IntroducerOptions introducers;

    @Mixin
    private StorageOptions storage;

    @Override
    public Integer call() throws IOException {
        var node = new NewNode();
        place.write(node, dir, Optional.of(NodeRole.STORAGE.defaultPort()), NodeRole.STORAGE.defaultWebPort());
        introducers.write(node);
        storage.write(node, dir);
        node.make(dir);
        return 0;
    }
}
