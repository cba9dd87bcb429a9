package org.truckee.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.truckee.introducer.Introducer;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.AnnouncementCache;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee forget`.
@Command(
        name = "forget",
        description = "Show a node no more that is gone for good, until it announces itself again."
                + " Works on an introducer or a gateway, running or not.")
final class ForgetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The introducer's or gateway's directory.")
    private Path dir;

    @Parameters(index = "1", paramLabel = "SERVERID", description = "The node's id, or its eight characters.")
    private String server;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NodeDirectory directory = NodeDirectory.open(dir);
        Announcement latest = known(directory).stream()
                .filter(one -> one.server().text().equals(server)
                        || one.server().shortName().equals(server))
                .max(Comparator.comparingLong(one -> one.seqnum().orElse(0)))
                .orElseThrow(() -> new BadConfigurationException(dir + " knows no node " + server));
        if (isConnected(directory, latest)) {
            throw new BadConfigurationException(
                    latest.nickname() + " is connected, so it is not gone: stop it before it is forgotten");
        }
        Forgotten.of(directory).add(latest.server(), latest.seqnum().orElse(0));
        spec.commandLine()
                .getOut()
                .println("forgot " + latest.nickname() + " (" + latest.server().shortName() + ")");
        return 0;
    }

    /// As a running gateway sees it.
    private static boolean isConnected(NodeDirectory directory, Announcement node)
            throws IOException, InterruptedException {
        Optional<JsonNode> status = StatusPage.of(directory).json();
        return status.isPresent()
                && status.get()
                        .path("servers")
                        .valueStream()
                        .anyMatch(server -> server.path("nodeid")
                                        .asText("")
                                        .equals(node.server().text())
                                && server.path("connected").asBoolean(false));
    }

    private static List<Announcement> known(NodeDirectory directory) throws IOException {
        List<SignedAnnouncement> signed = new ArrayList<>();
        if (directory.roles().contains(NodeRole.INTRODUCER)) {
            signed.addAll(Introducer.kept(directory));
        }
        for (String name : Introducers.of(directory).keySet()) {
            AnnouncementCache.of(directory, name).read().forEach(heard -> signed.add(heard.signed()));
        }
        List<Announcement> known = new ArrayList<>();
        for (SignedAnnouncement one : signed) {
            try {
                known.add(one.verify());
            } catch (BadAnnouncementException e) {
                // what nobody believes is not shown either
            }
        }
        return known;
    }
}
