package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.storage.ServerVersion;

/// The storage servers that an introducer tells of, as long as they answer.
public final class AnnouncedServers implements KnownServers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedServers.class);
    private static final Duration POLL = Duration.ofSeconds(50);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EventLoopGroup loops;
    private final IntroducerClient introducer;
    private final Line line = new Line();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Guarded by this object's monitor, which is notified whenever a server comes or goes.
    private final Map<ServerId, TrackedServer> servers = new TreeMap<>();

    private AnnouncedServers(EventLoopGroup loops, IntroducerClient introducer) {
        this.loops = loops;
        this.introducer = introducer;
    }

    /// Listens to the introducer at this address until closed.
    public static AnnouncedServers follow(EventLoopGroup loops, Furl introducer) {
        var servers = new AnnouncedServers(loops, IntroducerClient.at(loops, introducer));
        Thread.ofVirtual().name("introducer").start(servers::listen);
        return servers;
    }

    private void listen() {
        String cursor = "";
        try {
            do {
                try {
                    var news = introducer.poll("storage", cursor, POLL);
                    news.announcements().forEach(this::take);
                    cursor = news.cursor();
                } catch (IOException | RuntimeException e) {
                    if (closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    LOG.atInfo().addKeyValue("reason", e.toString()).log("the introducer cannot be asked");
                }
            } while (closed.getCount() > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(SignedAnnouncement signed) {
        try {
            take(signed.verify());
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an announcement was ignored");
        }
    }

    /// A server whose addresses stay keeps its connections: files that are open on them are not disturbed.
    private synchronized void take(Announcement announcement) {
        TrackedServer known = servers.get(announcement.server());
        boolean old = known != null && !announcement.replaces(known.announcement());
        if (closed.getCount() == 0 || old) {
            return;
        }
        if (known != null && announcement.hasTheAddressesOf(known.announcement())) {
            known.update(announcement);
            return;
        }
        TrackedServer.track(loops, line, announcement, this::changed).ifPresent(tracked -> {
            if (known != null) {
                known.close();
            }
            servers.put(announcement.server(), tracked);
        });
    }

    private synchronized void changed() {
        notifyAll();
    }

    @Override
    public synchronized List<GridServer> connected() {
        return servers.values().stream()
                .filter(server -> server.version().isPresent())
                .map(TrackedServer::server)
                .filter(server -> !server.isFrozen())
                .toList();
    }

    /// Every server that was announced, for people to look at.
    public synchronized List<Status> all() {
        return servers.values().stream()
                .map(server -> new Status(server.server(), server.version(), server.failure()))
                .toList();
    }

    /// A server, what it said last if it answers, and why it does not.
    public record Status(GridServer server, Optional<ServerVersion> version, Optional<String> failure) {}

    /// Waits until so many servers are connected; says whether they are.
    public synchronized boolean awaitConnected(int count, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (connected().size() < count) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || closed.getCount() == 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        introducer.close();
        servers.values().forEach(TrackedServer::close);
        line.close();
        notifyAll();
    }
}
