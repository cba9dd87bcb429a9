package org.truckee.helper;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.truckee.protocol.node.NodeRole;
import org.truckee.status.NodeMain;
import org.truckee.status.OpenNode;

/// The process of a helper.
public final class HelperMain {
    private HelperMain() {}

    public static void main(String... arguments) {
        NodeMain.run(NodeRole.HELPER, HelperMain::start, arguments);
    }

    private static void start(OpenNode node) throws IOException {
        node.add(Helper.start(
                node.directory(), node.loops(), node.pages(), List.of(), new SecureRandom(), InstantSource.system()));
    }
}
