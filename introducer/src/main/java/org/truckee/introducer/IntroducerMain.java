package org.truckee.introducer;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.truckee.protocol.node.NodeRole;
import org.truckee.status.NodeMain;
import org.truckee.status.OpenNode;

/// The process of an introducer.
public final class IntroducerMain {
    private IntroducerMain() {}

    public static void main(String... arguments) {
        NodeMain.run(NodeRole.INTRODUCER, IntroducerMain::start, arguments);
    }

    private static void start(OpenNode node) throws IOException {
        node.add(Introducer.start(
                node.directory(), node.loops(), node.pages(), new SecureRandom(), InstantSource.system()));
    }
}
