package org.truckee.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of a new helper.
final class HelperOptions {
    @Option(
            names = "--relay-networks",
            paramLabel = "NETWORK,...",
            description = "Private networks to whose storage nodes it connects clients, such as 192.168.1.0/24.")
    private @Nullable String relayNetworks;

    void write(NewNode node) {
        node.set("helper", "enabled", "true").set("helper", "relay.networks", Optional.ofNullable(relayNetworks));
    }
}
