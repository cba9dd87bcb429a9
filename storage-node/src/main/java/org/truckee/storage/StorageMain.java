package org.truckee.storage;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.truckee.protocol.node.NodeRole;
import org.truckee.status.NodeMain;
import org.truckee.status.OpenNode;

/// The process of a storage node. Nothing in it could decode a file or name a capability.
public final class StorageMain {
    private StorageMain() {}

    public static void main(String... arguments) {
        NodeMain.run(NodeRole.STORAGE, StorageMain::start, arguments);
    }

    private static void start(OpenNode node) throws IOException {
        node.add(StorageNode.start(
                node.directory(), node.loops(), node.pages(), new SecureRandom(), InstantSource.system()));
    }
}
