package org.truckee.introducer;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.introducer.BoardFile.Kept;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.status.BoardDetails;
import org.truckee.status.BoardDetails.Posting;

/// The latest announcement of each service of each node, exactly as it came, kept on disk.
///
/// One replaces another of the same node and service if its seqnum is greater. A cursor names this run of the board
/// and how many changes it had seen; with any other cursor one gets everything. A board that is full lets the longest
/// stale announcement go, if any is stale: nodes announce themselves every day.
final class AnnouncementBoard {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementBoard.class);
    private static final int INCARNATION_BYTES = 8;
    private static final int MOST = 2000;
    private static final Duration STALE = Duration.ofDays(30);

    /// What is announced by whom; there is one announcement for each.
    private record Key(String service, ServerId server) implements Comparable<Key> {
        private static Key of(Announcement announcement) {
            return new Key(announcement.serviceName(), announcement.server());
        }

        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::service).thenComparing(Key::server).compare(this, other);
        }
    }

    private record Posted(SignedAnnouncement signed, Announcement announcement, Instant heardAt, long change) {}

    private final BoardFile file;
    private final String incarnation;
    private final int most;
    private final Forgotten forgotten;
    private final InstantSource clock;

    /// These are guarded by the board's monitor, which is notified of every change.
    private Map<Key, Posted> posted = new TreeMap<>();

    private long changes;
    private long accepted;
    private long refused;
    private int listeners;

    private AnnouncementBoard(BoardFile file, String incarnation, int most, Forgotten forgotten, InstantSource clock) {
        this.file = file;
        this.incarnation = incarnation;
        this.most = most;
        this.forgotten = forgotten;
        this.clock = clock;
    }

    /// With what an earlier run left in the node's directory.
    static AnnouncementBoard open(NodeDirectory directory, SecureRandom random, InstantSource clock)
            throws IOException {
        return open(directory, MOST, random, clock);
    }

    /// One that is full with `most` announcements.
    static AnnouncementBoard open(NodeDirectory directory, int most, SecureRandom random, InstantSource clock)
            throws IOException {
        var incarnation = new byte[INCARNATION_BYTES];
        random.nextBytes(incarnation);
        var file = BoardFile.of(directory);
        var board = new AnnouncementBoard(
                file, HexFormat.of().formatHex(incarnation), most, Forgotten.of(directory), clock);
        file.read().forEach(board::restore);
        return board;
    }

    private synchronized void restore(Kept kept) {
        try {
            Announcement announcement = kept.signed().verify();
            changes++;
            posted.put(Key.of(announcement), new Posted(kept.signed(), announcement, kept.heardAt(), changes));
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a kept announcement was dropped");
        }
    }

    /// Takes an announcement, if it is newer than the one there; empty if the board is full. One that cannot be kept
    /// is not shown either: whoever announces it tries again, and then it has to be news.
    ///
    /// @throws BadAnnouncementException if it is forged or makes no sense
    synchronized Optional<Published> publish(SignedAnnouncement signed) throws IOException {
        Announcement announcement = signed.verify();
        announcement.checkNickname();
        Posted before = posted.get(Key.of(announcement));
        if (before != null && !announcement.replaces(before.announcement())) {
            refused++;
            return Optional.of(
                    new Published(false, before.announcement().seqnum().orElse(0)));
        }
        Map<Key, Posted> next = new TreeMap<>(posted);
        if (before == null && next.size() >= most && !evictLongestStale(next)) {
            refused++;
            return Optional.empty();
        }
        next.put(Key.of(announcement), new Posted(signed, announcement, clock.instant(), changes + 1));
        save(next);
        posted = next;
        changes++;
        accepted++;
        notifyAll();
        return Optional.of(new Published(true, announcement.seqnum().orElse(0)));
    }

    /// Counts something that was no announcement at all.
    synchronized void refuse() {
        refused++;
    }

    private boolean evictLongestStale(Map<Key, Posted> next) {
        Optional<Map.Entry<Key, Posted>> oldest = next.entrySet().stream()
                .min(Comparator.comparing(entry -> entry.getValue().heardAt()))
                .filter(entry -> isStale(entry.getValue()));
        oldest.ifPresent(entry -> next.remove(entry.getKey()));
        return oldest.isPresent();
    }

    private boolean isStale(Posted one) {
        return one.heardAt().plus(STALE).isBefore(clock.instant());
    }

    private void save(Map<Key, Posted> all) throws IOException {
        file.write(all.values().stream()
                .map(one -> new Kept(one.signed(), one.heardAt()))
                .toList());
    }

    /// What is announced for a service since `cursor`; waits if that is nothing.
    synchronized News news(String service, String cursor, Duration wait) throws InterruptedException {
        long since = changesAt(cursor);
        long deadline = System.nanoTime() + wait.toNanos();
        List<SignedAnnouncement> news = newsSince(service, since);
        listeners++;
        try {
            for (long left = wait.toNanos(); news.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                news = newsSince(service, since);
            }
        } finally {
            listeners--;
        }
        return new News(incarnation + "-" + changes, news);
    }

    private List<SignedAnnouncement> newsSince(String service, long since) {
        return posted.entrySet().stream()
                .filter(entry -> entry.getKey().service().equals(service)
                        && entry.getValue().change() > since
                        && !forgotten.covers(entry.getValue().announcement()))
                .map(entry -> entry.getValue().signed())
                .toList();
    }

    private long changesAt(String cursor) {
        String prefix = incarnation + "-";
        String number = cursor.startsWith(prefix) ? cursor.substring(prefix.length()) : "";
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }

    /// For people to look at.
    synchronized BoardDetails details() {
        List<Posting> postings = posted.values().stream()
                .filter(one -> !forgotten.covers(one.announcement()))
                .map(this::posting)
                .toList();
        return new BoardDetails(postings, listeners, accepted, refused);
    }

    private Posting posting(Posted one) {
        Announcement announcement = one.announcement();
        return new Posting(
                announcement.server().text(),
                announcement.server().shortName(),
                announcement.nickname(),
                announcement.serviceName(),
                String.join(", ", announcement.places()),
                announcement.version(),
                announcement.seqnum().orElse(0),
                one.heardAt(),
                isStale(one));
    }
}
