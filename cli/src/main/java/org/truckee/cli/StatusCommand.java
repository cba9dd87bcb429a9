package org.truckee.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.status.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `truckee status`.
@Command(
        name = "status",
        description = "Say how the grid that `up` runs is doing; exit code 0 if files can be stored.",
        showDefaultValues = true)
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", description = "Where everything is kept.", defaultValue = "./grid")
    private Path dir;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NodeDirectory gateway =
                NodeDirectory.open(dir.toAbsolutePath().normalize().resolve("gateway"));
        StatusPage page = StatusPage.of(gateway);
        JsonNode status = page.json()
                .orElseThrow(() -> new IOException("no grid runs in " + dir + ": nothing answers at " + page.uri()));
        if (asJson) {
            spec.commandLine().getOut().println(page.body().orElseThrow());
        } else {
            print(status);
        }
        return status.path("ready").asBoolean(false) ? 0 : 1;
    }

    private void print(JsonNode status) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                status.path("ready").asBoolean(false)
                        ? "files can be stored"
                        : status.path("notReady").asText(""));
        status.path("notices")
                .forEach(notice -> out.println((notice.path("level").asText("").equals("note") ? "" : "! ")
                        + notice.path("sentence").asText("")));
        for (JsonNode server : status.path("servers")) {
            boolean connected = server.path("connected").asBoolean(false);
            out.printf(
                    "%-20s %-14s %-22s %s%n",
                    server.path("nickname").asText(""),
                    connected ? "connected" : "not connected",
                    server.path("address").asText(""),
                    connected ? Words.bytes(server.path("availableBytes").asLong(0)) + " free" : "");
        }
        for (JsonNode helper : status.path("helpers")) {
            out.printf(
                    "%-20s %-14s %-22s %s%n",
                    "helper",
                    helper.path("connected").asBoolean(false) ? "connected" : "not connected",
                    helper.path("address").asText(""),
                    helper.path("lastError").asText(""));
        }
        out.println(Words.bytes(status.path("usableFreeBytes").asLong(0)) + " can still be stored; "
                + status.path("mayFail").path("write").asInt(0) + " more nodes may fail for writes, "
                + status.path("mayFail").path("read").asInt(0) + " for reads");
    }
}
