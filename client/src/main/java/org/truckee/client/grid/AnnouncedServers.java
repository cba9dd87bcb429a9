package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.ServerPlace.Here;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;

/// The storage servers that a client knows, and whether they answer.
public final class AnnouncedServers implements KnownServers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedServers.class);

    /// What was written down by hand holds until it is changed by hand.
    private static final Instant NEVER_OLD = Instant.MAX.minus(Duration.ofDays(365));

    private final EventLoopGroup loops;
    private final InstantSource clock;

    /// Those that no announcement replaces.
    private final Set<ServerId> byHand;

    private final Line line;
    private final List<FollowedIntroducer> introducers = new ArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /// These are guarded by this object's monitor, which is notified whenever a server comes or goes.
    private final Map<ServerId, TrackedServer> servers = new TreeMap<>();

    private boolean isClosed;

    private final Forgotten forgotten;

    private final KnownHelpers helpers;

    private AnnouncedServers(
            EventLoopGroup loops,
            Line line,
            InstantSource clock,
            Set<ServerId> byHand,
            Forgotten forgotten,
            KnownHelpers helpers) {
        this.forgotten = forgotten;
        this.helpers = helpers;
        this.loops = loops;
        this.line = line;
        this.clock = clock;
        this.byHand = byHand;
    }

    /// Follows all sources until closed; servers are asked over `line`, which is closed too.
    public static AnnouncedServers follow(EventLoopGroup loops, Line line, ServerSources sources, InstantSource clock) {
        return follow(loops, line, sources, KnownHelpers.none(), clock);
    }

    /// The same where servers that cannot be reached are reached through `helpers`.
    public static AnnouncedServers follow(
            EventLoopGroup loops, Line line, ServerSources sources, KnownHelpers helpers, InstantSource clock) {
        Set<ServerId> fixed = Stream.concat(
                        sources.byHand().stream(),
                        sources.inProcess().stream().map(ServerSources.InProcess::announcement))
                .map(Announcement::server)
                .collect(Collectors.toSet());
        var servers = new AnnouncedServers(loops, line, clock, fixed, sources.forgotten(), helpers);
        for (var inProcess : sources.inProcess()) {
            servers.track(
                    inProcess.announcement(), NEVER_OLD, Optional.of(new Here(inProcess.storage(), inProcess.usage())));
        }
        for (Announcement announcement : sources.byHand()) {
            servers.track(announcement, NEVER_OLD, Optional.empty());
        }
        sources.introducers()
                .forEach((name, source) -> servers.introducers.add(
                        FollowedIntroducer.follow(loops, name, source, Announcement.STORAGE, clock, servers::take)));
        return servers;
    }

    private synchronized void track(Announcement announcement, Instant at, Optional<Here> here) {
        if (isClosed || servers.containsKey(announcement.server())) {
            return;
        }
        TrackedServer.track(loops, line, announcement, at, here, helpers, clock, this::changed)
                .ifPresent(tracked -> servers.put(announcement.server(), tracked));
    }

    /// Says whether it was new.
    private boolean take(SignedAnnouncement signed, Instant at) {
        try {
            Announcement announcement = signed.verify();
            announcement.checkNickname();
            return take(announcement, at);
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an announcement was ignored");
            refused.incrementAndGet();
            return false;
        }
    }

    private synchronized boolean take(Announcement announcement, Instant at) {
        TrackedServer known = servers.get(announcement.server());
        if (known == null) {
            track(announcement, at, Optional.empty());
        } else if (byHand.contains(announcement.server()) || announcement.says(known.announcement())) {
            return true;
        } else if (announcement.replaces(known.announcement())) {
            known.update(announcement, at);
        } else {
            refused.incrementAndGet();
            return false;
        }
        accepted.incrementAndGet();
        return true;
    }

    /// How the introducers are doing.
    public List<IntroducerStatus> introducers() {
        return introducers.stream().map(FollowedIntroducer::status).toList();
    }

    /// Announcements that were taken, and that were not: forged, replayed, or not to be understood.
    public Counts counts() {
        return new Counts(accepted.get(), refused.get());
    }

    /// Numbers of announcements.
    public record Counts(long accepted, long refused) {}

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
        return servers.values().stream()
                .filter(server -> !forgotten.covers(server.announcement()))
                .map(TrackedServer::status)
                .toList();
    }

    /// Where a server says that it is; nowhere if it is not known.
    public synchronized List<ServerAddress> addresses(ServerId server) {
        TrackedServer known = servers.get(server);
        return known == null
                ? List.of()
                : ServerPlace.announced(known.announcement()).stream()
                        .map(ServerAddress::new)
                        .toList();
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
        introducers.forEach(FollowedIntroducer::close);
        servers.values().forEach(TrackedServer::close);
        line.close();
        notifyAll();
    }
}
