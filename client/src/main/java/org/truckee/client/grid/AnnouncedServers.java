package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.ServerPlace.Here;
import org.truckee.protocol.Resources;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;

/// The storage servers that a client knows, and whether they answer.
public final class AnnouncedServers implements KnownServers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedServers.class);

    private final EventLoopGroup loops;
    private final InstantSource clock;

    /// Those that no announcement replaces.
    private final Set<ServerId> byHand;

    private final Line line = new Line();
    private final Resources followed = new Resources();

    /// These are guarded by this object's monitor, which is notified whenever a server comes or goes.
    private final Map<ServerId, TrackedServer> servers = new TreeMap<>();

    private boolean isClosed;

    private AnnouncedServers(EventLoopGroup loops, InstantSource clock, Set<ServerId> byHand) {
        this.loops = loops;
        this.clock = clock;
        this.byHand = byHand;
    }

    /// Follows all sources until closed.
    public static AnnouncedServers follow(EventLoopGroup loops, ServerSources sources, InstantSource clock) {
        Set<ServerId> fixed = Stream.concat(
                        sources.byHand().stream(),
                        sources.inProcess().stream().map(ServerSources.InProcess::announcement))
                .map(Announcement::server)
                .collect(Collectors.toSet());
        var servers = new AnnouncedServers(loops, clock, fixed);
        for (var inProcess : sources.inProcess()) {
            servers.track(inProcess.announcement(), Optional.of(new Here(inProcess.storage())));
        }
        for (Announcement announcement : sources.byHand()) {
            servers.track(announcement, Optional.empty());
        }
        sources.introducers()
                .forEach((name, furl) ->
                        servers.followed.add(FollowedIntroducer.follow(loops, name, furl, servers::take)));
        return servers;
    }

    private synchronized void track(Announcement announcement, Optional<Here> here) {
        if (isClosed || servers.containsKey(announcement.server())) {
            return;
        }
        TrackedServer.track(loops, line, announcement, here, clock, this::changed)
                .ifPresent(tracked -> servers.put(announcement.server(), tracked));
    }

    private void take(SignedAnnouncement signed) {
        try {
            take(signed.verify());
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an announcement was ignored");
        }
    }

    private synchronized void take(Announcement announcement) {
        TrackedServer known = servers.get(announcement.server());
        if (known == null) {
            track(announcement, Optional.empty());
        } else if (!byHand.contains(announcement.server()) && announcement.replaces(known.announcement())) {
            known.update(announcement);
        }
    }

    private synchronized void changed() {
        notifyAll();
    }

    @Override
    public synchronized List<GridServer> connected() {
        return servers.values().stream()
                .filter(TrackedServer::isConnected)
                .map(TrackedServer::server)
                .filter(server -> !server.isFrozen())
                .toList();
    }

    /// Every server that is known, for people to look at.
    public synchronized List<ServerStatus> all() {
        return servers.values().stream().map(TrackedServer::status).toList();
    }

    /// Waits until so many servers are connected; says whether they are.
    public synchronized boolean awaitConnected(int count, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (connected().size() < count) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || isClosed) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        followed.close();
        servers.values().forEach(TrackedServer::close);
        line.close();
        notifyAll();
    }
}
