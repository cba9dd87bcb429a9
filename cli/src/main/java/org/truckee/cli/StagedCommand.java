package org.truckee.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.GatewayTasks;
import org.truckee.sftp.StagedTask;
import org.truckee.sftp.StagedTask.Verb;
import org.truckee.status.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee staged`.
@Command(
        name = "staged",
        description = "See to the files that wait on a gateway's disk because the grid does not have them.",
        synopsisSubcommandLabel = "COMMAND")
final class StagedCommand {
    private static final String DIR = "The gateway's directory; it may run or not.";

    @Spec
    private CommandSpec spec;

    @Command(description = "Say which files wait: id, state, bytes, since when, names and why.")
    int list(@Parameters(paramLabel = "DIR", description = DIR) Path dir) throws IOException {
        return run(Verb.LIST, dir, List.of());
    }

    @Command(
            description = "Store files now: those that the grid refused under their names, those that were never closed"
                    + " as NAME.unsaved-TIME.")
    int retry(
            @Parameters(paramLabel = "DIR", description = DIR) Path dir,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Only these.") @Nullable List<String> ids)
            throws IOException {
        return run(Verb.RETRY, dir, ids == null ? List.of() : ids);
    }

    @Command(description = "Remove files that the grid refused or that were never closed, for good.")
    int discard(
            @Parameters(paramLabel = "DIR", description = DIR) Path dir,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Only these.") @Nullable List<String> ids)
            throws IOException {
        return run(Verb.DISCARD, dir, ids == null ? List.of() : ids);
    }

    private int run(Verb verb, Path dir, List<String> ids) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var failed = new int[1];
        GatewayTasks.run(NodeDirectory.open(dir), new StagedTask(verb, ids), said -> {
            print(out, verb, said);
            failed[0] += said.has("failed") ? 1 : 0;
        });
        out.flush();
        if (failed[0] > 0) {
            throw new IOException(Words.many(failed[0], "file") + (failed[0] == 1 ? " is" : " are") + " still staged");
        }
        return 0;
    }

    private static void print(PrintWriter out, Verb verb, JsonNode said) {
        String names = String.join(
                ", ", said.path("paths").valueStream().map(JsonNode::asText).toList());
        String file = said.path("id").asText() + "  " + names;
        if (said.has("failed")) {
            out.println(file + ": " + said.path("failed").asText());
            return;
        }
        out.println(
                switch (verb) {
                    case LIST ->
                        String.join(
                                        "  ",
                                        said.path("id").asText(),
                                        said.path("state").asText(),
                                        said.path("bytes").asText() + " bytes",
                                        said.path("since").asText(),
                                        names)
                                + (said.has("reason")
                                        ? ": " + said.path("reason").asText()
                                        : "");
                    case RETRY -> file + ": stored";
                    case DISCARD -> file + ": discarded";
                });
    }
}
