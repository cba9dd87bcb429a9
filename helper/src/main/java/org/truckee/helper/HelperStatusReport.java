package org.truckee.helper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.grid.ServerStatus.Connected;
import org.truckee.client.grid.ServerStatus.NotConnected;
import org.truckee.client.grid.Transfers;
import org.truckee.status.HelperDetails;
import org.truckee.status.Status;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;

/// What a helper says of itself.
record HelperStatusReport(
        AnnouncedServers servers, Expansions expansions, Relays relays, Refusals refusals, Transfers transfers) {
    Status now() {
        List<ServerStatus> all = servers.all();
        Optional<String> notReady = all.stream().noneMatch(ServerStatus::isConnected)
                ? Optional.of("no storage node is connected, of " + all.size() + " that are announced")
                : Optional.empty();
        List<Notice> notices = new ArrayList<>();
        notReady.ifPresent(why -> notices.add(new Notice(Level.BAD, why)));
        for (ServerStatus server : all) {
            if (!server.isGone() && server.connection() instanceof NotConnected not) {
                notices.add(new Notice(Level.WARNING, server.server() + " is not connected: " + why(not)));
            }
        }
        servers.introducers()
                .forEach(introducer -> introducer
                        .failure()
                        .ifPresent(why -> notices.add(new Notice(
                                Level.WARNING,
                                "the introducer at " + introducer.location() + " cannot be asked: " + why))));
        return new Status(notReady, notices, details(all));
    }

    private static String why(NotConnected not) {
        String reasons = not.attempts().stream()
                .map(ServerStatus.Attempt::failure)
                .distinct()
                .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? "not asked yet" : reasons;
    }

    private HelperDetails details(List<ServerStatus> all) {
        return new HelperDetails(
                all.stream()
                        .map(HelperStatusReport::node)
                        .sorted(Comparator.comparing(HelperDetails.Node::nickname))
                        .toList(),
                expansions.all().stream().map(HelperStatusReport::expansion).toList(),
                relays.all().stream().map(HelperStatusReport::relayed).toList(),
                refusals.recent().stream()
                        .map(refusal -> new HelperDetails.Refusal(
                                refusal.at(), refusal.client().text(), refusal.reason()))
                        .toList(),
                kept(),
                totals());
    }

    private static HelperDetails.Node node(ServerStatus server) {
        return new HelperDetails.Node(
                server.server().id().text(),
                server.server().nickname(),
                server.address(),
                server.isConnected(),
                server.connection() instanceof NotConnected not ? Optional.of(why(not)) : Optional.empty(),
                server.connection() instanceof Connected connected
                        ? OptionalLong.of(connected.version().availableSpace())
                        : OptionalLong.empty());
    }

    private static HelperDetails.Expansion expansion(Expansion expansion) {
        return new HelperDetails.Expansion(
                expansion.client().text(),
                expansion.request().storageIndex().toString(),
                expansion.startedAt(),
                expansion.request().size(),
                expansion.receivedBytes(),
                expansion.placedBytes(),
                expansion.state());
    }

    private static HelperDetails.Relayed relayed(Relays.Relayed relayed) {
        return new HelperDetails.Relayed(
                relayed.client().text(),
                relayed.server(),
                relayed.since(),
                relayed.tunnel().up(),
                relayed.tunnel().down());
    }

    private HelperDetails.Kept kept() {
        try {
            Expansions.Kept kept = expansions.kept();
            return new HelperDetails.Kept(
                    kept.files(), kept.bytes(), expansions.limits().keptBytes(), kept.oldest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HelperDetails.Totals totals() {
        Transfers.Totals moved = transfers.totals();
        return new HelperDetails.Totals(
                expansions.receivedBytes(),
                moved.uploadedBytes(),
                relays.bytes(),
                moved.uploads(),
                moved.failedUploads(),
                refusals.count());
    }
}
