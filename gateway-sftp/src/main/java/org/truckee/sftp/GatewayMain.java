package org.truckee.sftp;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.truckee.protocol.node.NodeRole;
import org.truckee.status.NodeMain;
import org.truckee.status.OpenNode;

/// The process of a gateway.
public final class GatewayMain {
    private GatewayMain() {}

    public static void main(String... arguments) {
        NodeMain.run(NodeRole.GATEWAY, GatewayMain::start, arguments);
    }

    private static void start(OpenNode node) throws IOException {
        var environment = GatewayEnvironment.of(System.getenv());
        var gateway = node.add(SftpGateway.start(
                node.directory(),
                node.loops(),
                node.pages(),
                List.of(),
                environment.account(),
                environment.published(),
                new SecureRandom(),
                InstantSource.system()));
        gateway.awaitUsable(SftpGateway.AS_LONG_AS_IT_TAKES);
    }
}
