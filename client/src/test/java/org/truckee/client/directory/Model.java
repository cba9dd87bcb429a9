package org.truckee.client.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.truckee.client.directory.History.Finished;
import org.truckee.client.directory.History.Outcome;
import org.truckee.client.directory.Homes.Home;
import org.truckee.client.directory.Publish.State;
import org.truckee.client.mutable.Checkstring;
import org.truckee.protocol.introducer.ServerId;

/// Writers of one directory and the slots they write to, at one moment of a schedule. Every request is a step of its
/// own, which may be heard, not be delivered, or be delivered and not heard; between two steps anybody may take one.
/// What writers do is the production code of [Merge], [Replica], [Publish] and [PublishRule]. A model is a value.
record Model(Variant variant, int servers, Map<Place, Copy> shares, List<Writer> writers, List<Finished> finished) {
    /// What becomes of a request.
    enum Fate {
        HEARD,
        NOT_DELIVERED,
        NOT_HEARD
    }

    record Writer(String name, int incarnation, Replica replica, int versions, Optional<Task> task) {}

    /// A change under way. `replaced` are the values it took away, once it is applied.
    record Task(ModelChange change, Publish publish, int roundsLeft, Set<String> replaced, Phase phase) {}

    sealed interface Phase {
        record Asking(Reading reading, Set<ServerId> left) implements Phase {}

        record Writing(Round round, Copy version, Set<Place> left, Set<Integer> accepted) implements Phase {}

        record Filling(Copy version, Set<Place> left) implements Phase {}
    }

    static ServerId server(int index) {
        return new ServerId("s" + index);
    }

    /// `numbers` copies, each at home, of a directory with the given entries.
    static Model of(Variant variant, int numbers, int servers, int writers, List<ModelChange> entries) {
        DirectorySet set = DirectorySet.EMPTY;
        Homes homes = Homes.NONE;
        for (int number = 0; number < numbers; number++) {
            homes = homes.with(number, Home.of(1, server(number)));
        }
        var edit = new Edit(set.withHomes(homes), new WriterId("first"), true);
        for (ModelChange entry : entries) {
            try {
                entry.apply(edit);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        var first = new Copy(checkstring("first"), 1, edit.set());
        Map<Place, Copy> shares = new TreeMap<>();
        for (int number = 0; number < numbers; number++) {
            shares.put(new Place(number, server(number)), first);
        }
        List<Writer> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(fresh("w" + i, 0));
        }
        List<Finished> done = entries.stream()
                .map(entry -> new Finished(entry, Outcome.DONE, true, entry.replaced()))
                .toList();
        return new Model(variant, servers, shares, all, done);
    }

    private static Writer fresh(String name, int incarnation) {
        var replica = new Replica(new WriterId(name + "." + incarnation), DirectorySet.EMPTY, Set.of());
        return new Writer(name, incarnation, replica, 0, Optional.empty());
    }

    private static Checkstring checkstring(String text) {
        return new Checkstring(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- what may happen

    Model begin(int index, ModelChange change, int rounds) {
        Writer writer = writers.get(index);
        Replica replica = variant.replicaIsKept()
                ? writer.replica()
                : new Replica(writer.replica().writer(), DirectorySet.EMPTY, Set.of());
        // even a replica that is forgotten does not forget which dots it has given
        if (!variant.replicaIsKept()) {
            var own = new TreeMap<>(writer.replica().set().vector().counters());
            own.keySet().removeIf(id -> !id.equals(replica.writer()));
            var remembers = new DirectorySet(new TreeMap<>(), new VersionVector(own), Homes.NONE);
            return begun(index, change, rounds, replica.grownTo(remembers));
        }
        return begun(index, change, rounds, replica);
    }

    private Model begun(int index, ModelChange change, int rounds, Replica replica) {
        var task = new Task(change, Publish.of(variant.rule(), replica, List.of(change)), rounds, Set.of(), asking());
        return with(index, Optional.of(task));
    }

    private Phase asking() {
        var all = new HashSet<ServerId>();
        for (int i = 0; i < servers; i++) {
            all.add(server(i));
        }
        return new Phase.Asking(Reading.NOTHING, all);
    }

    Model ask(int index, ServerId server, Fate fate) {
        Task task = task(index);
        var asking = (Phase.Asking) task.phase();
        Reading reading =
                fate == Fate.HEARD ? asking.reading().with(server, heldBy(server), Map.of()) : asking.reading();
        var left = without(asking.left(), server);
        Model next = with(index, new Phase.Asking(reading, left));
        return left.isEmpty() ? next.stopAsking(index) : next;
    }

    private Map<Integer, Copy> heldBy(ServerId server) {
        Map<Integer, Copy> held = new HashMap<>();
        shares.forEach((place, copy) -> {
            if (place.server().equals(server)) {
                held.put(place.number(), copy);
            }
        });
        return held;
    }

    /// Whether the writer has read enough to go on.
    boolean canStopAsking(int index) {
        return task(index).phase() instanceof Phase.Asking(Reading reading, Set<ServerId> _)
                && variant.rule().isQuorum(reading);
    }

    Model stopAsking(int index) {
        Task task = task(index);
        Reading reading = ((Phase.Asking) task.phase()).reading();
        if (!variant.rule().isQuorum(reading)) {
            return nextRound(index);
        }
        var step = task.publish().next(reading);
        boolean appliedNow =
                state(task.publish()) instanceof State.Waiting && state(step.after()) instanceof State.Applied;
        Set<String> replaced = appliedNow ? task.change().replaced() : task.replaced();
        Writer writer = writers.get(index);
        var grown = new Task(task.change(), step.after(), task.roundsLeft(), replaced, task.phase());
        if (state(step.after()) instanceof State.Refused || step.round().isEmpty()) {
            return finish(index, grown, step.after().replica(), Outcome.WITHOUT_EFFECT);
        }
        Round round = step.round().get();
        String id = writer.name() + "." + writer.incarnation() + "#" + writer.versions();
        var version = new Copy(checkstring(id), round.sequenceNumber(), round.set());
        Phase phase = new Phase.Writing(round, version, round.writes().keySet(), Set.of());
        var started = new Writer(
                writer.name(),
                writer.incarnation(),
                step.after().replica(),
                writer.versions() + 1,
                Optional.of(new Task(task.change(), step.after(), task.roundsLeft(), replaced, phase)));
        Model next = with(index, started);
        return round.writes().isEmpty() ? next.conclude(index) : next;
    }

    Model write(int index, Place place, Fate fate) {
        var writing = (Phase.Writing) task(index).phase();
        Optional<Checkstring> seen =
                Optional.ofNullable(writing.round().writes().get(place)).orElseThrow();
        boolean passes =
                Optional.ofNullable(shares.get(place)).map(Copy::checkstring).equals(seen) || !variant.testAndSet();
        Model next = this;
        var accepted = new HashSet<>(writing.accepted());
        if (passes && fate != Fate.NOT_DELIVERED) {
            next = next.with(place, writing.version());
            if (fate == Fate.HEARD) {
                accepted.add(place.number());
            }
        }
        var left = without(writing.left(), place);
        next = next.with(index, new Phase.Writing(writing.round(), writing.version(), left, accepted));
        return left.isEmpty() ? next.conclude(index) : next;
    }

    private Model conclude(int index) {
        Task task = task(index);
        var writing = (Phase.Writing) task.phase();
        if (!task.publish().isCommitted(writing.round(), writing.accepted())) {
            return nextRound(index);
        }
        Publish committed = task.publish().committed();
        Writer writer = writers.get(index);
        var done = new Task(task.change(), committed, task.roundsLeft(), task.replaced(), task.phase());
        Outcome outcome = state(committed) instanceof State.Withdrawn ? Outcome.WITHOUT_EFFECT : Outcome.DONE;
        Set<Place> fills = writing.round().fills().keySet();
        if (fills.isEmpty()) {
            return finish(index, done, committed.replica(), outcome);
        }
        Phase phase = new Phase.Filling(writing.version(), fills);
        var filling = new Writer(
                writer.name(),
                writer.incarnation(),
                committed.replica(),
                writer.versions(),
                Optional.of(new Task(task.change(), committed, task.roundsLeft(), task.replaced(), phase)));
        return with(index, filling).reported(task.change(), outcome, done);
    }

    Model fill(int index, Place place, Fate fate) {
        var filling = (Phase.Filling) task(index).phase();
        boolean delivered = fate != Fate.NOT_DELIVERED && !shares.containsKey(place);
        Model next = delivered ? with(place, filling.version()) : this;
        var left = without(filling.left(), place);
        return left.isEmpty()
                ? next.with(index, Optional.empty())
                : next.with(index, new Phase.Filling(filling.version(), left));
    }

    private Model nextRound(int index) {
        Task task = task(index);
        if (task.roundsLeft() > 1) {
            var again = new Task(task.change(), task.publish(), task.roundsLeft() - 1, task.replaced(), asking());
            return with(index, Optional.of(again));
        }
        boolean applied = !(state(task.publish()) instanceof State.Waiting);
        return finish(index, task, task.publish().givenUp(), applied ? Outcome.UNKNOWN : Outcome.WITHOUT_EFFECT);
    }

    /// The writer's process ends and is started again.
    Model crash(int index) {
        Writer writer = writers.get(index);
        Model next = writer.task()
                .filter(task -> !(task.phase() instanceof Phase.Filling))
                .map(task -> reported(task.change(), Outcome.UNKNOWN, task))
                .orElse(this);
        Writer fresh = fresh(writer.name(), writer.incarnation() + (variant.freshWriterIds() ? 1 : 0));
        // versions are told apart by random salts, whatever ids their writers have
        return next.with(
                index,
                new Writer(fresh.name(), fresh.incarnation(), fresh.replica(), writer.versions(), Optional.empty()));
    }

    /// A copy appears in another place: a foreign writer made it, or an old repair.
    Model copied(Place from, ServerId to) {
        var place = new Place(from.number(), to);
        return shares.containsKey(place)
                ? this
                : with(place, Optional.ofNullable(shares.get(from)).orElseThrow());
    }

    Model wiped(ServerId server) {
        var kept = new TreeMap<>(shares);
        kept.keySet().removeIf(place -> place.server().equals(server));
        return new Model(variant, servers, kept, writers, finished);
    }

    // ---- what must hold

    /// What has gone wrong for some quorum of servers.
    Set<String> violations() {
        var violations = new TreeSet<String>();
        for (int subset = 1; subset < 1 << servers; subset++) {
            Reading reading = Reading.NOTHING;
            for (int i = 0; i < servers; i++) {
                if ((subset & 1 << i) != 0) {
                    reading = reading.with(server(i), heldBy(server(i)), Map.of());
                }
            }
            if (variant.rule().isQuorum(reading)) {
                check(reading, violations);
            }
        }
        return violations;
    }

    private void check(Reading reading, Set<String> violations) {
        DirectorySet merged = DirectorySet.EMPTY;
        for (Copy copy : reading.copies().values()) {
            merged = variant.rule().merge().of(merged, copy.set());
        }
        violations.addAll(History.violations(
                finished,
                merged.links().values().stream()
                        .map(link -> ModelChange.valueOf(link.child()))
                        .collect(Collectors.toSet())));
    }

    // ---- the same with a part changed

    Task task(int index) {
        return writers.get(index).task().orElseThrow();
    }

    private static State state(Publish publish) {
        return publish.parts().getFirst().state();
    }

    private static <T> Set<T> without(Set<T> all, T one) {
        var left = new HashSet<>(all);
        left.remove(one);
        return Set.copyOf(left);
    }

    private Model finish(int index, Task task, Replica replica, Outcome outcome) {
        Writer writer = writers.get(index);
        var idle = new Writer(writer.name(), writer.incarnation(), replica, writer.versions(), Optional.empty());
        return with(index, idle).reported(task.change(), outcome, task);
    }

    private Model reported(ModelChange change, Outcome outcome, Task task) {
        boolean applied =
                !(state(task.publish()) instanceof State.Waiting) && !(state(task.publish()) instanceof State.Refused);
        List<Finished> more = new ArrayList<>(finished);
        more.add(new Finished(change, outcome, applied, task.replaced()));
        return new Model(variant, servers, shares, writers, more);
    }

    private Model with(int index, Writer writer) {
        List<Writer> changed = new ArrayList<>(writers);
        changed.set(index, writer);
        return new Model(variant, servers, shares, changed, finished);
    }

    private Model with(int index, Optional<Task> task) {
        Writer writer = writers.get(index);
        return with(index, new Writer(writer.name(), writer.incarnation(), writer.replica(), writer.versions(), task));
    }

    private Model with(int index, Phase phase) {
        Task task = task(index);
        return with(
                index, Optional.of(new Task(task.change(), task.publish(), task.roundsLeft(), task.replaced(), phase)));
    }

    private Model with(Place place, Copy copy) {
        var changed = new TreeMap<>(shares);
        changed.put(place, copy);
        return new Model(variant, servers, changed, writers, finished);
    }
}
