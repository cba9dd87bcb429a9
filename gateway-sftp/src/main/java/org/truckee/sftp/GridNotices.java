package org.truckee.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.IntroducerStatus;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.grid.ServerStatus.Connected;
import org.truckee.client.grid.ServerStatus.NotConnected;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;
import org.truckee.status.Words;

/// What is wrong with a grid, in words.
final class GridNotices {
    private final List<ServerStatus> awaited;
    private final List<IntroducerStatus> introducers;
    private final UploadPolicy policy;

    /// Nobody waits for servers that are gone.
    GridNotices(List<ServerStatus> servers, List<IntroducerStatus> introducers, UploadPolicy policy) {
        this.awaited = servers.stream().filter(server -> !server.isGone()).toList();
        this.introducers = introducers;
        this.policy = policy;
    }

    private long connected() {
        return awaited.stream().filter(ServerStatus::isConnected).count();
    }

    /// Why nothing can be stored, if the servers are the reason.
    Optional<String> tooFew() {
        long connected = connected();
        int happy = policy.happy();
        if (connected < happy) {
            String start = connected + " of " + happy + " servers connected, " + awaited.size() + " announced: ";
            return Optional.of(
                    awaited.size() >= happy
                            ? start + "files can be stored when " + (happy - connected) + " more are connected"
                            : start + (awaited.size() < 2 ? "start more storage nodes" : advice()));
        }
        long full = awaited.stream().filter(GridNotices::isFull).count();
        return connected - full < happy
                ? Optional.of("writes stop: " + Words.many(full, "node") + (full == 1 ? " is" : " are") + " full")
                : Optional.empty();
    }

    /// One server less than there are, so that one may be away.
    private String advice() {
        int happy = awaited.size() - 1;
        String needed = policy.encoding().required() > happy ? " and shares.needed to at most that" : "";
        return "set shares.happy to " + happy + needed + ", or start more storage nodes";
    }

    private static boolean isFull(ServerStatus server) {
        return server.connection() instanceof Connected connected
                && connected.version().availableSpace() == 0;
    }

    /// The worst first.
    List<Notice> all() {
        List<Notice> notices = new ArrayList<>();
        tooFew().ifPresent(sentence -> notices.add(new Notice(Level.BAD, sentence)));
        if (connected() < policy.encoding().required()) {
            notices.add(new Notice(
                    Level.BAD,
                    "files cannot be read: " + policy.encoding().required() + " servers are needed, " + connected()
                            + (connected() == 1 ? " is" : " are") + " connected"));
        }
        for (ServerStatus server : awaited) {
            if (server.connection() instanceof NotConnected not) {
                notices.add(new Notice(Level.WARNING, away(server, not)));
            } else if (isFull(server)) {
                notices.add(new Notice(Level.WARNING, server.server() + " takes nothing new: it is full or read-only"));
            }
        }
        for (ServerStatus server : awaited) {
            server.doubleAt()
                    .ifPresent(other -> notices.add(new Notice(
                            Level.WARNING,
                            "two running nodes have the key of " + server.server() + ": at "
                                    + server.address().orElse("one address") + " and at " + other
                                    + "; one is a copy and must be made anew")));
        }
        introducers.forEach(introducer -> introducer
                .failure()
                .ifPresent(failure -> notices.add(new Notice(
                        Level.WARNING,
                        "the introducer at " + introducer.location() + " cannot be asked: " + failure
                                + "; new nodes stay unknown meanwhile"))));
        return notices;
    }

    private static String away(ServerStatus server, NotConnected not) {
        String why = not.attempts().stream()
                .map(ServerStatus.Attempt::failure)
                .distinct()
                .collect(Collectors.joining("; "));
        return server.server() + " is not connected" + (why.isEmpty() ? ", and not asked yet" : ": " + why);
    }
}
