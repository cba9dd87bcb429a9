package org.truckee.sftp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// Something that is done on a gateway's directory, by the gateway if it runs.
public sealed interface GatewayTask permits CheckTask, StagedTask {
    /// Takes what a task says, an object at a time.
    @FunctionalInterface
    interface Listener {
        void said(ObjectNode object) throws IOException;
    }

    /// What tasks work on.
    record Workplace(GatewayGrid grid, Unstored unstored) {}

    ObjectNode toJson();

    /// What [#toJson] gave.
    static GatewayTask of(JsonNode json) {
        return json.has(StagedTask.KEY) ? StagedTask.of(json) : CheckTask.of(json);
    }

    /// Whether nothing can be done without servers.
    boolean needsServers();

    void run(Workplace at, Listener listener) throws IOException;
}
