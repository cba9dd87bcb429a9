package org.truckee.client.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.client.directory.Directories;
import org.truckee.client.health.FileHealth;
import org.truckee.client.immutable.ReducedUploads;
import org.truckee.protocol.introducer.ServerId;

/// Looks after everything in a client's trees, for ever: renews the leases of all that is linked, sees how it is, and
/// repairs it. It goes slowly, and goes on where an earlier process stopped.
///
/// A walk begins an hour after the last one began, or, over large trees, so much later that it rests nine times as
/// long as it walks, but after a week at the latest. It begins earlier when other servers are connected than before,
/// or the time has passed for which an absent one is waited for; and over small trees when files were uploaded.
/// Files that were uploaded to fewer servers than they have shares are completed as soon as other servers come.
///
/// A server that is away gets a time of grace: what lacks only shares that it may have is left alone meanwhile,
/// unless nothing more may be lost.
public final class Caretaker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WEEK = Duration.ofDays(7);

    /// A lease's term, as all clients and servers have it.
    private static final Duration LEASE = Duration.ofDays(31);

    private static final Duration BETWEEN_SAVES = Duration.ofSeconds(30);
    /// A walk so short is made again when there is something new.
    private static final Duration SHORT = Duration.ofSeconds(60);

    private static final Duration NAP = Duration.ofSeconds(2);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int REST_PER_WORK = 3;
    private static final int REST_PER_WALK = 9;

    private final Directories directories;
    private final Checker checker;
    private final Surroundings surroundings;
    private final Options options;
    private final Path file;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("caretaker").factory());

    /// All below is guarded by this object's monitor.
    private CareState state;

    private boolean repairing;
    private Set<String> triedWith = Set.of();
    private long uploadsSeen;
    private Instant savedAt = Instant.MIN;

    /// Only the caretaker's thread has this: when it last rested.
    private long restedAt = System.nanoTime();

    /// How it goes about it.
    ///
    /// @param grace how long an absent server is waited for
    /// @param settled how long the same servers must be connected before that is a reason for a walk
    public record Options(Repairing repairing, Duration grace, Duration settled) {}

    /// What a caretaker has to know of its client.
    public interface Surroundings {
        /// The roots of the trees to look after.
        List<DirectoryCap> trees() throws IOException;

        /// The servers that are there or expected back.
        Set<ServerId> expected();

        /// How many files were uploaded since the client started.
        long uploads();

        /// Those uploaded lately that could be on more servers than they are.
        ReducedUploads reduced();

        /// Bytes of all shares on the servers connected, if all have counted them.
        OptionalLong usedBytes();
    }

    /// `file` is where it remembers how far it is.
    public Caretaker(
            Directories directories,
            Checker checker,
            Surroundings surroundings,
            Options options,
            Path file,
            InstantSource clock)
            throws IOException {
        this.directories = directories;
        this.checker = checker;
        this.surroundings = surroundings;
        this.options = options;
        this.file = file;
        this.clock = clock;
        this.state = CareState.load(file);
    }

    public void start() {
        thread.execute(this::run);
    }

    private void run() {
        try {
            Set<String> before = connectedIds();
            Instant since = clock.instant();
            while (true) {
                TimeUnit.NANOSECONDS.sleep(NAP.toNanos());
                Set<String> now = connectedIds();
                if (!now.equals(before)) {
                    before = now;
                    since = clock.instant();
                }
                boolean settled = !since.plus(options.settled()).isAfter(clock.instant());
                if (settled) {
                    tendOrTell();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void tendOrTell() throws InterruptedException {
        try {
            tend();
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.atWarn().addKeyValue("reason", e).log("the walk over the tree stopped; it goes on later");
        }
    }

    /// Does what is due now: for who does not start it, but has a clock of his own.
    public void tend() throws IOException {
        restedAt = System.nanoTime();
        noteServers();
        completeUploads();
        List<DirectoryCap> trees = surroundings.trees();
        if (isWalkDue() && !trees.isEmpty()) {
            walk(trees);
        }
    }

    private Set<String> connectedIds() {
        return checker.servers().connected().stream()
                .map(server -> server.id().text())
                .collect(Collectors.toSet());
    }

    private synchronized void noteServers() {
        Map<String, Long> seen = new TreeMap<>(state.seenAt());
        long now = clock.instant().getEpochSecond();
        surroundings.expected().forEach(server -> seen.putIfAbsent(server.text(), now));
        connectedIds().forEach(server -> seen.put(server, now));
        Set<String> expected =
                surroundings.expected().stream().map(ServerId::text).collect(Collectors.toSet());
        seen.keySet()
                .removeIf(
                        server -> !expected.contains(server) && !connectedIds().contains(server));
        Map<String, Long> renewed = new TreeMap<>(state.renewedAt());
        renewed.keySet().retainAll(seen.keySet());
        state = new CareState(state.walk(), state.last(), seen, renewed, state.unfinished());
    }

    /// Servers that are away, and waited for.
    private synchronized Set<String> graced() {
        Set<String> connected = connectedIds();
        long latest = clock.instant().minus(options.grace()).getEpochSecond();
        return state.seenAt().entrySet().stream()
                .filter(server -> !connected.contains(server.getKey()) && server.getValue() > latest)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private synchronized boolean isWalkDue() {
        if (state.walk().startedAt() > 0) {
            return true;
        }
        CareState.Finished last = state.last();
        Instant now = clock.instant();
        Instant began = Instant.ofEpochSecond(last.startedAt());
        Duration took = Duration.ofSeconds(last.completedAt() - last.startedAt());
        Duration rest = took.multipliedBy(REST_PER_WALK);
        Duration between = rest.compareTo(HOUR) < 0 ? HOUR : rest.compareTo(WEEK) > 0 ? WEEK : rest;
        boolean changed = !connectedIds().equals(last.servers()) || !graced().equals(last.graced());
        boolean uploads = surroundings.uploads() != uploadsSeen
                && took.compareTo(SHORT) < 0
                && !Instant.ofEpochSecond(last.completedAt()).plus(SHORT).isAfter(now);
        boolean rested = !Instant.ofEpochSecond(last.completedAt()).plus(rest).isAfter(now);
        return !began.plus(between).isAfter(now) || began.isAfter(now) || ((changed || uploads) && rested);
    }

    // ---- walking

    private void walk(List<DirectoryCap> trees) throws IOException {
        begin();
        CheckOptions check = new CheckOptions(false, mayRepair(), true, Optional.empty());
        TreeWalk over = new TreeWalk(directories, cap -> checker.check(cap, check), this::met);
        for (int tree = walkNow().trees(); tree < trees.size(); tree++) {
            CareState.Walk now = walkNow();
            over.over(trees.get(tree), now.begun() ? Optional.of(now.behind()) : Optional.empty());
            advance(tree + 1);
        }
        complete();
    }

    private synchronized CareState.Walk walkNow() {
        return state.walk();
    }

    private synchronized void begin() throws IOException {
        if (state.walk().startedAt() == 0) {
            long now = clock.instant().getEpochSecond();
            uploadsSeen = surroundings.uploads();
            replace(new CareState.Walk(now, 0, false, List.of(), WalkCounts.NONE, connectedIds(), Set.of()));
            save();
        }
    }

    private synchronized void advance(int trees) {
        CareState.Walk now = state.walk();
        replace(new CareState.Walk(
                now.startedAt(), trees, false, List.of(), now.counts(), now.servers(), now.notRenewed()));
    }

    private void replace(CareState.Walk walk) {
        state = new CareState(walk, state.last(), state.seenAt(), state.renewedAt(), state.unfinished());
    }

    private Predicate<FileHealth> mayRepair() {
        Set<String> graced = graced();
        return found -> {
            boolean may = options.repairing() == Repairing.AUTO && isUrgent(found, graced.size());
            if (may) {
                setRepairing(true);
            }
            return may;
        };
    }

    /// Whether it lacks more than servers may bring back that are waited for, or can lose nothing more.
    private static boolean isUrgent(FileHealth found, int graced) {
        boolean awaited =
                graced > 0 && found.happiness() + graced >= found.encoding().total();
        return !awaited || found.happiness() <= found.encoding().required();
    }

    private synchronized void setRepairing(boolean now) {
        repairing = now;
    }

    private void met(Met met) throws IOException {
        CareState.Walk now = walkNow();
        Set<String> notRenewed = new HashSet<>(now.notRenewed());
        if (met instanceof Met.Looked looked) {
            looked.checked()
                    .notRenewed()
                    .forEach(server -> notRenewed.add(server.id().text()));
            looked.checked()
                    .found()
                    .unheard()
                    .keySet()
                    .forEach(server -> notRenewed.add(server.id().text()));
        }
        synchronized (this) {
            replace(now.at(met.path(), now.counts().with(met), notRenewed));
            repairing = false;
        }
        saveNowAndThen();
        rest();
    }

    /// Gives others three quarters of the time.
    private void rest() throws InterruptedIOException {
        long worked = System.nanoTime() - restedAt;
        if (worked >= SLICE_NANOS) {
            try {
                TimeUnit.NANOSECONDS.sleep(worked * REST_PER_WORK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the walk was interrupted");
            }
            restedAt = System.nanoTime();
        }
    }

    private synchronized void complete() throws IOException {
        CareState.Walk walk = state.walk();
        Set<String> throughout = new HashSet<>(walk.servers());
        throughout.retainAll(connectedIds());
        throughout.removeAll(walk.notRenewed());
        Map<String, Long> renewed = new TreeMap<>(state.renewedAt());
        if (walk.counts().unreadable() == 0) {
            throughout.forEach(server -> renewed.put(server, walk.startedAt()));
        }
        OptionalLong used = surroundings.usedBytes();
        long unlinked =
                used.isPresent() ? Math.max(0, used.getAsLong() - walk.counts().storedBytes()) : -1;
        var last = new CareState.Finished(
                walk.startedAt(), clock.instant().getEpochSecond(), walk.counts(), walk.servers(), graced(), unlinked);
        state = new CareState(CareState.Walk.NONE, last, state.seenAt(), renewed, state.unfinished());
        save();
        LOG.atInfo()
                .addKeyValue("full", walk.counts().full())
                .addKeyValue("reduced", walk.counts().reduced())
                .addKeyValue("unreadable", walk.counts().unreadable())
                .addKeyValue("repaired", walk.counts().repairsDone())
                .log("everything was looked after");
    }

    // ---- uploads that found few servers

    private void completeUploads() throws IOException {
        Set<String> connected = connectedIds();
        Set<String> waiting;
        synchronized (this) {
            takeUp(surroundings.reduced());
            if (options.repairing() != Repairing.AUTO || connected.equals(triedWith)) {
                return;
            }
            triedWith = connected;
            waiting = state.unfinished();
        }
        for (String uri : waiting) {
            if (isComplete(uri)) {
                finished(uri);
            }
            rest();
        }
    }

    private void takeUp(ReducedUploads uploads) throws IOException {
        Set<String> all = new HashSet<>(state.unfinished());
        uploads.take().forEach(cap -> all.add(cap.uri()));
        if (all.size() > state.unfinished().size()) {
            state = new CareState(state.walk(), state.last(), state.seenAt(), state.renewedAt(), all);
            save();
        }
    }

    /// Whether nothing is left to do for a file.
    private boolean isComplete(String uri) throws IOException {
        try {
            var all = new CheckOptions(false, CheckOptions.ALL, false, Optional.empty());
            Optional<Checked> checked = checker.check(Cap.parse(uri), all);
            return checked.filter(looked -> looked.now().state() != FileHealth.State.FULL)
                    .isEmpty();
        } catch (MalformedCapException e) {
            return true;
        }
    }

    private synchronized void finished(String uri) throws IOException {
        Set<String> left = new HashSet<>(state.unfinished());
        left.remove(uri);
        state = new CareState(state.walk(), state.last(), state.seenAt(), state.renewedAt(), left);
        save();
    }

    // ---- what is known

    public synchronized CareReport report() {
        CareState.Walk walk = state.walk();
        CareState.Finished last = state.last();
        Optional<Instant> renewed = state.seenAt().keySet().stream()
                .filter(state.renewedAt()::containsKey)
                .map(server -> Instant.ofEpochSecond(state.renewedAt().getOrDefault(server, 0L)))
                .min(Instant::compareTo);
        return new CareReport(
                options.repairing(),
                time(walk.startedAt()),
                walk.counts(),
                time(last.completedAt()),
                last.counts(),
                last.servers(),
                last.unlinkedBytes() < 0 ? OptionalLong.empty() : OptionalLong.of(last.unlinkedBytes()),
                repairing,
                state.unfinished().size(),
                renewed,
                renewed.map(LEASE::addTo).map(Instant::from));
    }

    private static Optional<Instant> time(long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    private synchronized void saveNowAndThen() throws IOException {
        if (Duration.between(savedAt, clock.instant()).abs().compareTo(BETWEEN_SAVES) >= 0) {
            save();
        }
    }

    private void save() throws IOException {
        savedAt = clock.instant();
        state.save(file);
    }

    /// Stops, and writes down how far it is.
    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        thread.close();
        synchronized (this) {
            save();
        }
    }
}
