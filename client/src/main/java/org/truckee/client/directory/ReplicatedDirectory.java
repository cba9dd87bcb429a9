package org.truckee.client.directory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.Homes.Home;
import org.truckee.client.directory.Publish.State;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.health.FileHealth;
import org.truckee.client.immutable.Matching;
import org.truckee.client.mutable.Checkstring;
import org.truckee.client.mutable.MutableSlots;
import org.truckee.client.mutable.MutableSlots.SlotVersion;
import org.truckee.client.mutable.MutableSlots.Written;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.protocol.introducer.ServerId;

/// A directory of ours as one process knows it: the copies it has read last, what follows from them for readers, and
/// the replica through which it writes. Gets from [DirectoryCopies] what [Publish] wants to know and writes what it
/// says.
///
/// Changes that wait while one publish runs go into the next one together. What was read is believed for 1.5 s; then
/// the servers are asked whether they still have these versions. A change needs no reading at all if nobody else
/// writes: the test-and-set of its writes notices.
final class ReplicatedDirectory implements OpenDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedDirectory.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CONTENTION = Duration.ofSeconds(10);
    private static final int FIRST_PAUSE_MILLIS = 20;
    private static final int LONGEST_PAUSE_MILLIS = 2_000;

    private final MutableReadCap cap;
    private final Optional<MutableWriteCap> writeCap;
    private final MutableSlots slots;
    private final KnownServers servers;
    private final DirectoryCopies copies;
    private final PublishRule rule;
    private final ReplicatedTable table;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Executor background;

    /// Held while a group of changes is published; guards the replica, its writer's signing key and `refusedAt`.
    private final ReentrantLock publishing = new ReentrantLock();

    private Replica replica;

    private volatile boolean changedHere;
    private @Nullable MutableSigningKey signingKey;
    private Instant refusedAt = Instant.MIN;

    /// Held while servers are asked whether something changed.
    private final ReentrantLock checking = new ReentrantLock();

    private final KnownCopies known;

    /// Guarded by this object's monitor.
    private final List<Pending> waiting = new ArrayList<>();

    /// A change that somebody waits for. Guarded by the lock `publishing`.
    private static final class Pending {
        private final Change change;
        private State state = new State.Waiting();
        private boolean over;

        Pending(Change change) {
            this.change = change;
        }
    }

    ReplicatedDirectory(
            MutableReadCap cap,
            Optional<MutableWriteCap> writeCap,
            MutableSlots slots,
            KnownServers servers,
            PublishRule rule,
            SecureRandom random,
            InstantSource clock,
            Executor background) {
        this.cap = cap;
        this.writeCap = writeCap;
        this.slots = slots;
        this.servers = servers;
        this.rule = rule;
        this.table = ReplicatedTable.of(cap.readKey().storageIndex(), writeCap.map(MutableWriteCap::writeKey));
        this.copies = new DirectoryCopies(slots, servers, table);
        this.random = random;
        this.clock = clock;
        this.background = background;
        this.replica = Replica.begin(random);
        this.known = new KnownCopies(rule, clock);
    }

    // ---- making

    /// Writes the first version of a directory that nobody knows yet: one copy on each of `homes`.
    void create(MutableSigningKey key, List<GridServer> homes) throws IOException {
        Homes all = Homes.NONE;
        for (int number = 0; number < homes.size(); number++) {
            all = all.with(number, Home.of(1, homes.get(number).id()));
        }
        changedHere = true;
        Map<Place, Optional<Checkstring>> writes = new HashMap<>();
        all.byNumber().forEach((number, home) -> writes.put(new Place(number, home.server()), Optional.empty()));
        var set = DirectorySet.EMPTY.withHomes(all);
        var round = new Round(1, set, writes, all.byNumber().keySet(), Map.of());
        publishing.lock();
        try {
            signingKey = key;
            replica = replica.grownTo(set);
            Set<Integer> accepted = write(round, false);
            if (!rule.isCommitted(accepted, round)) {
                throw new UncommittedChangeException("the new directory was written to " + accepted.size() + " of "
                        + homes.size() + " servers, and " + all.majority() + " are needed");
            }
        } finally {
            publishing.unlock();
        }
    }

    // ---- reading

    /// The names in it, at most 2 s old.
    @Override
    public Listing read() throws IOException {
        Optional<Listing> believed = known.believed();
        return believed.isPresent() ? believed.get() : checked();
    }

    private Listing checked() throws IOException {
        checking.lock();
        try {
            Optional<Listing> believed = known.believed();
            return believed.isPresent() ? believed.get() : look();
        } finally {
            checking.unlock();
        }
    }

    @Override
    public Listing readNow() throws IOException {
        checking.lock();
        try {
            return look();
        } finally {
            checking.unlock();
        }
    }

    /// Asks the homes whether they still have what is known of them, and reads those that do not.
    private Listing look() throws IOException {
        Instant now = clock.instant();
        Reading before = known.reading();
        Reading reading = before.isEmpty() ? copies.discover() : copies.read(copies.homesOf(before), before, true);
        if (reading.isEmpty()) {
            throw new IOException("no copy of the directory " + cap.readKey().storageIndex() + " can be had from the "
                    + servers.connected().size() + " servers connected");
        }
        return known.checked(reading, now);
    }

    @Override
    public int forgettable() {
        return changedHere ? 0 : known.links();
    }

    /// Whether servers have copies that are ours; they are known afterwards.
    boolean isFound() throws IOException {
        known.learn(copies.discover());
        return !known.reading().isEmpty();
    }

    // ---- changing

    /// Makes a change, together with others that wait.
    @Override
    public void change(Change change) throws IOException {
        changedHere = true;
        for (int attempt = 1; ; attempt++) {
            var pending = new Pending(change);
            synchronized (this) {
                waiting.add(pending);
            }
            publishing.lock();
            try {
                if (!pending.over) {
                    publishWaiting();
                }
            } finally {
                publishing.unlock();
            }
            switch (pending.state) {
                case State.Applied _ -> {
                    return;
                }
                case State.Refused(IOException why) -> throw why;
                case State.Withdrawn _ -> pause(attempt); // what has the name now decides
                case State.Waiting _ -> throw new AssertionError("a group is published whole");
            }
        }
    }

    /// Publishes what waits; whoever waits learns how it went.
    private void publishWaiting() {
        List<Pending> group;
        synchronized (this) {
            group = List.copyOf(waiting);
            waiting.clear();
        }
        IOException unforeseen = new IOException("a change of a directory failed for a reason that nobody foresaw");
        group.forEach(pending -> {
            pending.state = new State.Refused(unforeseen);
            pending.over = true;
        });
        Ended ended = publish(Publish.of(
                rule, replica, group.stream().map(pending -> pending.change).toList()));
        for (int i = 0; i < group.size(); i++) {
            State state = ended.publish().parts().get(i).state();
            boolean failed = ended.failure().isPresent() && !(state instanceof State.Refused);
            group.get(i).state = failed ? new State.Refused(ended.failure().get()) : state;
        }
    }

    /// A group that is committed, or was given up.
    private record Ended(Publish publish, Optional<IOException> failure) {}

    /// Publishes until the group is committed, or gives up. What was added on a condition is then taken back in the
    /// background.
    private Ended publish(Publish start) {
        Publish publish = start;
        Instant progress = clock.instant();
        try {
            for (int attempt = 1; ; attempt++) {
                Reading reading = readToPublish(attempt > 1);
                checkReachable(reading);
                if (rule.isQuorum(reading)) {
                    var step = publish.next(reading);
                    publish = step.after();
                    replica = publish.replica();
                    if (step.round().isEmpty()) {
                        return new Ended(publish, Optional.empty());
                    }
                    Round round = withRows(step.round().get());
                    publish = publish.keeping(round.set());
                    replica = publish.replica();
                    Set<Integer> accepted =
                            write(round, refusedAt.plus(CONTENTION).isAfter(clock.instant()));
                    if (publish.isCommitted(round, accepted)) {
                        publish = publish.committed();
                        replica = publish.replica();
                        fill(round);
                        return new Ended(publish, Optional.empty());
                    }
                    progress = accepted.isEmpty() ? progress : clock.instant();
                }
                if (progress.plus(PATIENCE).isBefore(clock.instant())) {
                    throw new IOException("its servers did not agree within " + PATIENCE.toSeconds() + " s");
                }
                pause(attempt);
            }
        } catch (IOException e) {
            return givenUp(publish, e);
        }
    }

    private Ended givenUp(Publish publish, IOException why) {
        replica = publish.givenUp();
        if (!replica.toWithdraw().isEmpty() && !publish.parts().isEmpty()) {
            withdrawLater();
        }
        IOException failure = publish.toPublish()
                ? new UncommittedChangeException("a change of a directory may still appear: " + why.getMessage())
                : why;
        return new Ended(publish, Optional.of(failure));
    }

    private void withdrawLater() {
        try {
            background.execute(this::withdraw);
        } catch (RejectedExecutionException e) {
            // this process is ending; whoever reads the directory sees what was added
            LOG.atWarn()
                    .addKeyValue("storageIndex", cap.readKey().storageIndex())
                    .log("an addition to a directory is not taken back: the gateway is being closed");
        }
    }

    /// Fails at once where waiting is of no use.
    private void checkReachable(Reading reading) throws IOException {
        int numbers = reading.homes().byNumber().size();
        int reachable = copies.homesOf(reading).size();
        if (reading.isEmpty() || reachable < reading.homes().majority()) {
            throw new IOException("of the " + numbers + " servers that have the directory, " + reachable
                    + " are connected, and " + reading.homes().majority() + " are needed to change it");
        }
    }

    private Round withRows(Round round) {
        return new Round(
                round.sequenceNumber(), table.withRows(round.set()), round.writes(), round.counting(), round.fills());
    }

    /// Publishes that additions are taken back of which nobody was told that they were made. The next change does it
    /// if this fails.
    private void withdraw() {
        publishing.lock();
        try {
            if (!replica.toWithdraw().isEmpty()) {
                Ended ended = publish(Publish.of(rule, replica, List.of()));
                ended.failure()
                        .ifPresent(why -> LOG.atWarn()
                                .addKeyValue("storageIndex", cap.readKey().storageIndex())
                                .addKeyValue("reason", why.getMessage())
                                .log("an addition to a directory is not taken back yet"));
            }
        } finally {
            publishing.unlock();
        }
    }

    /// What is known, with what servers say of which nothing is known; everything anew if the last try was refused.
    private Reading readToPublish(boolean refused) throws IOException {
        Reading before = known.reading();
        if (before.isEmpty()) {
            known.learn(copies.discover());
        } else {
            Set<Place> places = copies.homesOf(before);
            places.removeIf(place -> before.heard().contains(place.server()));
            if (!places.isEmpty()) {
                known.learn(copies.read(places, before, false));
            }
        }
        Reading reading = known.reading();
        if (refused && !rule.isQuorum(reading)) {
            known.learn(copies.discover());
        }
        return known.reading();
    }

    /// Writes a version; gives the numbers that accepted it, and forgets what is known of places that did not.
    private Set<Integer> write(Round round, boolean lowestFirst) throws IOException {
        MutableWriteCap cap = writeCap.orElseThrow();
        int total = round.set().homes().byNumber().lastKey() + 1;
        SlotVersion version = slots.encode(cap, signingKey(), table.write(round.set()), round.sequenceNumber(), total);
        var copy = new Copy(version.checkstring(), round.sequenceNumber(), round.set());
        var places = new TreeSet<>(round.writes().keySet());
        var answers = new HashMap<Place, Written>();
        if (lowestFirst && !places.isEmpty()) {
            answers.putAll(copies.write(cap, round, Set.of(places.removeFirst()), version));
            if (answers.containsValue(Written.REFUSED)) {
                places.clear();
            }
        }
        answers.putAll(copies.write(cap, round, places, version));
        if (answers.containsValue(Written.REFUSED)) {
            refusedAt = clock.instant();
        }
        return known.learn(answers, copy);
    }

    /// Gives homes that were seen without a copy what is now committed.
    private void fill(Round round) {
        if (!round.fills().isEmpty()) {
            var fills = new Round(round.sequenceNumber(), round.set(), round.fills(), Set.of(), Map.of());
            Instant before = refusedAt;
            try {
                write(fills, false);
            } catch (IOException e) {
                // the change is made without them, and the next one fills them
                LOG.atDebug().setCause(e).log("an empty home of a directory was not filled");
            }
            refusedAt = before; // who filled it first is no rival
        }
    }

    // ---- repairing

    /// How its copies are, given how its shares at `from` are: what counts is at home. There should be `wanted`
    /// copies.
    FileHealth health(FileHealth shares, Collection<GridServer> from, int wanted) throws IOException {
        known.learn(copies.discover());
        Homes homes = known.reading().homes();
        SortedMap<Integer, Set<GridServer>> atHome = new TreeMap<>();
        shares.holders()
                .forEach((number, holders) -> holders.stream()
                        .filter(server -> homes.isHome(new Place(number, server.id())))
                        .forEach(server -> atHome.computeIfAbsent(number, _ -> new HashSet<>())
                                .add(server)));
        int total = Math.max(homes.byNumber().size(), Math.min(wanted, from.size()));
        return shares.counting(new Encoding(1, Math.max(1, total)), atHome, Matching.happiness(atHome));
    }

    /// Puts the newest version at every home on servers of `onto`, gives numbers whose home is not one of these
    /// another, and adds numbers until there are `wanted`. What is left elsewhere is removed in the end. It can
    /// stop anywhere without harm.
    void repair(KnownServers onto, int wanted) throws IOException {
        publishing.lock();
        try {
            new CopyRepair(cap, writeCap.orElseThrow(), copies, known, new PublishedSteps(), onto, wanted).run();
        } finally {
            publishing.unlock();
        }
    }

    /// For whoever holds the lock `publishing`.
    private final class PublishedSteps implements CopyRepair.Publisher {
        @Override
        public Homes homes() {
            return replica.set().homes();
        }

        @Override
        public void publishAgain() throws IOException {
            orThrow(publish(Publish.again(rule, replica)));
        }

        @Override
        public void moveHome(int number, ServerId to) throws IOException {
            orThrow(publish(Publish.of(rule, replica, List.of(names -> ((Edit) names).moveHome(number, to)))));
        }

        private static void orThrow(Ended ended) throws IOException {
            if (ended.failure().isPresent()) {
                throw ended.failure().get();
            }
        }
    }

    private MutableSigningKey signingKey() throws IOException {
        MutableSigningKey key = signingKey;
        if (key == null) {
            key = copies.signingKey(writeCap.orElseThrow(), known.reading());
            signingKey = key;
        }
        return key;
    }

    /// The jitter keeps writers that refused each other from meeting again.
    private void pause(int attempt) throws IOException {
        int most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 10));
        try {
            Thread.sleep(most / 2 + random.nextInt(most));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for other writers of a directory");
        }
    }
}
