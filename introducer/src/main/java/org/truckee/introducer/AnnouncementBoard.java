package org.truckee.introducer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.IntroducerMessages;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.WholeFile;

/// The latest announcement of each service of each node, exactly as it came, kept on disk.
///
/// One replaces another of the same node and service if its seqnum is greater. A cursor names this run of the board
/// and how many changes it had seen; with any other cursor one gets everything.
final class AnnouncementBoard {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementBoard.class);
    private static final int INCARNATION_BYTES = 8;

    /// What is announced by whom; there is one announcement for each.
    private record Key(String service, ServerId server) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::service).thenComparing(Key::server).compare(this, other);
        }
    }

    private record Posted(SignedAnnouncement signed, Announcement announcement, long change) {}

    private final Path file;
    private final String incarnation;

    /// This and `changes` are guarded by the board's monitor, which is notified of every change.
    private final Map<Key, Posted> posted = new TreeMap<>();

    private long changes;

    private AnnouncementBoard(Path file, String incarnation) {
        this.file = file;
        this.incarnation = incarnation;
    }

    /// With what an earlier run left in `file`.
    static AnnouncementBoard open(Path file, SecureRandom random) throws IOException {
        var incarnation = new byte[INCARNATION_BYTES];
        random.nextBytes(incarnation);
        var board = new AnnouncementBoard(file, HexFormat.of().formatHex(incarnation));
        if (Files.exists(file)) {
            for (var signed :
                    IntroducerMessages.readNews(Files.readAllBytes(file)).announcements()) {
                board.restore(signed);
            }
        }
        return board;
    }

    private synchronized void restore(SignedAnnouncement signed) {
        try {
            add(signed, signed.verify());
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a kept announcement was dropped");
        }
    }

    /// Takes an announcement, if it is newer than the one there.
    ///
    /// @throws BadAnnouncementException if it is forged or makes no sense
    synchronized Published publish(SignedAnnouncement signed) throws IOException {
        Announcement announcement = signed.verify();
        Posted before = posted.get(new Key(announcement.serviceName(), announcement.server()));
        if (before != null && !announcement.replaces(before.announcement())) {
            return new Published(false, before.announcement().seqnum().orElse(0));
        }
        add(signed, announcement);
        save();
        notifyAll();
        return new Published(true, announcement.seqnum().orElse(0));
    }

    private void add(SignedAnnouncement signed, Announcement announcement) {
        changes++;
        posted.put(
                new Key(announcement.serviceName(), announcement.server()), new Posted(signed, announcement, changes));
    }

    private void save() throws IOException {
        List<SignedAnnouncement> all =
                posted.values().stream().map(Posted::signed).toList();
        WholeFile.writeSecret(file, IntroducerMessages.write(new News("", all)));
    }

    /// What is announced for a service since `cursor`; waits if that is nothing.
    synchronized News news(String service, String cursor, Duration wait) throws InterruptedException {
        long since = changesAt(cursor);
        long deadline = System.nanoTime() + wait.toNanos();
        List<SignedAnnouncement> news = newsSince(service, since);
        for (long left = wait.toNanos(); news.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            news = newsSince(service, since);
        }
        return new News(incarnation + "-" + changes, news);
    }

    private List<SignedAnnouncement> newsSince(String service, long since) {
        return posted.entrySet().stream()
                .filter(entry -> entry.getKey().service().equals(service)
                        && entry.getValue().change() > since)
                .map(entry -> entry.getValue().signed())
                .toList();
    }

    private long changesAt(String cursor) {
        String prefix = incarnation + "-";
        String number = cursor.startsWith(prefix) ? cursor.substring(prefix.length()) : "";
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }

    synchronized int size() {
        return posted.size();
    }
}
