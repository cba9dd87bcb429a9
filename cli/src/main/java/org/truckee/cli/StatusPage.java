package org.truckee.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;

/// What the status page of a running node says as JSON.
///
/// @param uri where the page is
/// @param body nothing if nothing answers there
record StatusPage(URI uri, Optional<String> body) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static StatusPage of(NodeDirectory directory) throws IOException, InterruptedException {
        int usual = NodeRole.defaultWebPort(directory.roles());
        InetSocketAddress page =
                directory.configuration().listenAddress("node", "web.port", "tcp:" + usual + ":interface=127.0.0.1");
        URI uri = URI.create("http://" + page.getHostString() + ":" + page.getPort() + "/status.json");
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
            return new StatusPage(
                    uri, Optional.of(http.send(request, BodyHandlers.ofString()).body()));
        } catch (ConnectException e) {
            return new StatusPage(uri, Optional.empty());
        }
    }

    /// Nothing if nothing answers.
    Optional<JsonNode> json() throws IOException {
        return body.isEmpty() ? Optional.empty() : Optional.of(new JsonMapper().readTree(body.get()));
    }
}
