package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.truckee.client.grid.ServerPlace.Address;
import org.truckee.client.grid.ServerPlace.Behind;
import org.truckee.client.grid.ServerPlace.Here;
import org.truckee.client.grid.ServerPlace.There;
import org.truckee.client.grid.ServerStatus.Attempt;
import org.truckee.client.grid.ServerStatus.Connected;
import org.truckee.client.grid.ServerStatus.Connection;
import org.truckee.client.grid.ServerStatus.NotConnected;
import org.truckee.crypto.Furl;
import org.truckee.protocol.http.Relay;
import org.truckee.protocol.http.SideBySide;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.storage.ServerVersion;
import org.truckee.protocol.storage.StorageUsage;

/// One known storage server: asks it for its version every second, and so knows whether it can be used. While it
/// cannot, all its places are tried side by side, less often the longer that lasts, and the first that answers with
/// the right certificate is used.
final class TrackedServer implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /// For a server that is connected. If others answer, the [Line] finds it frozen long before; if nobody does, our
    /// own line may be full of what we send, and the answer only late.
    private static final Duration LATE = Duration.ofSeconds(20);

    private static final Duration USAGE_INTERVAL = Duration.ofSeconds(10);
    /// A server that is reached through a helper may come within reach.
    private static final Duration DIRECT_INTERVAL = Duration.ofSeconds(60);

    private static final Duration GONE = Duration.ofDays(30);

    private final EventLoopGroup loops;
    private final Line line;
    private final KnownHelpers helpers;
    private final InstantSource clock;
    private final Runnable changed;
    private final ReachedStorage storage = new ReachedStorage();

    /// These are guarded by this object's monitor, which is notified when one of them changes.
    private Announcement announcement;

    private Instant announcedAt;
    private boolean hasNews;
    private boolean isClosed;

    /// These are written by the thread that tracks, `server` by who updates too.
    private volatile GridServer server;

    private volatile Connection connection = new NotConnected(List.of());
    private volatile Optional<ServerPlace> reached = Optional.empty();
    private volatile Optional<Instant> since = Optional.empty();
    private volatile Optional<Instant> lastHeard = Optional.empty();
    private volatile Optional<StorageUsage> usage = Optional.empty();
    private Instant usageAskedAt = Instant.MIN;

    /// When the announced addresses were last tried.
    private Instant directAt = Instant.MIN;

    /// Where the server was before it announced that it is elsewhere; if it is still there, it is two.
    private Optional<ServerPlace> former = Optional.empty();

    private volatile Optional<String> doubleAt = Optional.empty();

    private TrackedServer(
            EventLoopGroup loops,
            Line line,
            Announcement announcement,
            Instant announcedAt,
            Furl furl,
            KnownHelpers helpers,
            InstantSource clock,
            Runnable changed) {
        this.loops = loops;
        this.line = line;
        this.helpers = helpers;
        this.announcement = announcement;
        this.announcedAt = announcedAt;
        this.clock = clock;
        this.changed = changed;
        this.server = gridServer(announcement, furl);
    }

    /// Empty if the announcement lacks what secrets for the server depend on. `here` is the server itself, if it is
    /// in this process. `changed` is called when the server comes or goes.
    static Optional<TrackedServer> track(
            EventLoopGroup loops,
            Line line,
            Announcement announcement,
            Instant announcedAt,
            Optional<Here> here,
            KnownHelpers helpers,
            InstantSource clock,
            Runnable changed) {
        return announcement.storageFurl().map(furl -> {
            var tracked = new TrackedServer(loops, line, announcement, announcedAt, furl, helpers, clock, changed);
            here.ifPresent(tracked::reach);
            Thread.ofVirtual()
                    .name("track " + announcement.server().shortName())
                    .start(tracked::run);
            return tracked;
        });
    }

    private GridServer gridServer(Announcement newest, Furl furl) {
        return new GridServer(
                newest.server(), newest.nickname(), furl.tubId(), newest.permutationSeed(), storage, line);
    }

    synchronized Announcement announcement() {
        return announcement;
    }

    /// Takes a newer announcement. A connection to an address that stays is kept, so that files that are open on it
    /// are not disturbed; a server that could not be reached is tried at once.
    synchronized void update(Announcement newer, Instant at) {
        newer.storageFurl().ifPresent(furl -> {
            if (!newer.namesTheServerOf(announcement)) {
                server = gridServer(newer, furl);
            }
            announcement = newer;
            announcedAt = at;
            hasNews = true;
            notifyAll();
        });
    }

    GridServer server() {
        return server;
    }

    boolean isConnected() {
        return connection instanceof Connected;
    }

    synchronized ServerStatus status() {
        Connection now = connection;
        boolean isGone = now instanceof NotConnected
                && announcedAt.plus(GONE).isBefore(clock.instant())
                && lastHeard.orElse(Instant.EPOCH).plus(GONE).isBefore(clock.instant());
        return new ServerStatus(
                server,
                announcement.version(),
                reached.map(this::address),
                since,
                lastHeard,
                usage,
                announcement.filesystem(),
                isGone,
                doubleAt,
                now);
    }

    private String address(ServerPlace place) {
        return switch (place) {
            case Here here -> String.join(", ", announcement.places()) + " (" + here.name() + ")";
            case There there -> there.name();
            case Behind behind -> String.join(", ", announcement.places()) + " " + behind.name();
        };
    }

    private void run() {
        try {
            for (Duration pause = INTERVAL; !isClosed(); pause = isConnected() ? INTERVAL : twice(pause)) {
                boolean before = isConnected();
                connection = probe();
                askForUsage();
                if (before != isConnected() || since.isEmpty()) {
                    since = Optional.of(clock.instant());
                    changed.run();
                }
                await(jittered(pause));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reached.ifPresent(ServerPlace::close);
            former.ifPresent(ServerPlace::close);
        }
    }

    private void askForUsage() throws InterruptedException {
        if (isConnected() && usageAskedAt.plus(USAGE_INTERVAL).isBefore(clock.instant())) {
            usageAskedAt = clock.instant();
            usage = usageAt(reached.orElseThrow());
            lookForDouble();
        }
    }

    private static Optional<StorageUsage> usageAt(ServerPlace place) throws InterruptedException {
        return SideBySide.ask(List.of(place), PATIENCE, ServerPlace::usage)
                .first()
                .flatMap(SideBySide.Heard::answer);
    }

    /// A node that moved is not at its former address any more, or is the same process there.
    private void lookForDouble() throws InterruptedException {
        if (former.isPresent()) {
            Optional<String> process = usageAt(former.get()).map(StorageUsage::process);
            Optional<String> here = usage.map(StorageUsage::process);
            doubleAt = process.isPresent() && here.isPresent() && !process.equals(here)
                    ? former.map(ServerPlace::name)
                    : Optional.empty();
        }
    }

    private static Duration twice(Duration pause) {
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    /// So that the many clients of a server do not all come at once when it is back.
    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1)));
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    /// Waits so long, or, while the server cannot be reached, until something new is known of it.
    private synchronized void await(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (isClosed || (hasNews && !isConnected())) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private synchronized List<Address> addresses() {
        hasNews = false;
        return ServerPlace.announced(announcement);
    }

    /// Asks where it answered last, if it still says that it is there, and else everywhere.
    private Connection probe() throws InterruptedException {
        List<Address> addresses = addresses();
        if (reached.isPresent()) {
            boolean stays = switch (reached.get()) {
                case Here _ -> true;
                case There there -> isConnected() && addresses.contains(there.address());
                case Behind _ -> isConnected() && directAt.plus(DIRECT_INTERVAL).isAfter(clock.instant());
            };
            Connection now = stays ? ask(List.of(reached.get()), LATE) : connection;
            if (stays && (now instanceof Connected || reached.get() instanceof Here)) {
                return now;
            }
        }
        Connection now =
                askNew(addresses.stream().map(address -> address.open(loops)).toList());
        directAt = clock.instant();
        return now instanceof NotConnected direct ? probeBehind(addresses, direct) : now;
    }

    /// Asks through helpers what cannot be asked directly, and leaves the way that is used as it is.
    private Connection probeBehind(List<Address> addresses, NotConnected direct) throws InterruptedException {
        List<Relay> ways = helpers.ways(announcement().server());
        if (ways.isEmpty() || addresses.isEmpty()) {
            return direct;
        }
        if (reached.isPresent() && reached.get() instanceof Behind behind && isConnected()) {
            Connection still = ask(List.of(behind), LATE);
            if (still instanceof Connected) {
                return still;
            }
        }
        Connection now = askNew(ways.stream()
                .map(way -> addresses.getFirst().behind(way, loops))
                .toList());
        if (now instanceof NotConnected behind) {
            List<Attempt> all = new ArrayList<>(direct.attempts());
            all.addAll(behind.attempts());
            return new NotConnected(all);
        }
        return now;
    }

    /// Keeps the place that answers, if any does.
    private Connection askNew(List<ServerPlace> places) throws InterruptedException {
        Connection now = ask(places, PATIENCE);
        places.stream().filter(place -> !reached.equals(Optional.of(place))).forEach(ServerPlace::close);
        return now;
    }

    private Connection ask(List<ServerPlace> places, Duration patience) throws InterruptedException {
        var outcome = SideBySide.ask(places, patience, place -> {
            long start = System.nanoTime();
            boolean known = reached.equals(Optional.of(place));
            ServerVersion version = (known ? server.storage() : place.storage()).version();
            return new Connected(version, Duration.ofNanos(System.nanoTime() - start));
        });
        if (outcome.first().isEmpty()) {
            return new NotConnected(outcome.failed().entrySet().stream()
                    .map(failed -> new Attempt(failed.getKey().name(), reason(failed.getValue())))
                    .toList());
        }
        reach(outcome.first().get().place());
        lastHeard = Optional.of(clock.instant());
        return outcome.first().get().answer();
    }

    private static String reason(Throwable failure) {
        return Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
    }

    private void reach(ServerPlace place) {
        if (!reached.equals(Optional.of(place))) {
            storage.reachedAt(place.storage());
            boolean moved = reached.filter(before -> !before.name().equals(place.name()))
                    .isPresent();
            (moved ? former : reached).ifPresent(ServerPlace::close);
            former = moved ? reached : former;
            reached = Optional.of(place);
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
    }
}
