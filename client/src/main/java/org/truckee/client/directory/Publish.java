package org.truckee.client.directory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A group of changes on its way into a directory: what was read goes in, a version to write comes out, until a
/// version that contains the changes is committed. It asks nobody, starts no thread and knows no time; who drives it
/// reads and writes ([#next], [#isCommitted]) and decides when to give up.
///
/// Every step is a value. A change is applied once, to the first quorum that is read, and is part of every later
/// version. One whose condition fails then leaves no trace. What was added on the condition that nobody has the name
/// is withdrawn, and the withdrawal published in its place, if another one turns up under the name before the commit,
/// even if that one has replaced it already.
///
/// @param toPublish whether something is in the replica that is not committed yet
record Publish(PublishRule rule, Replica replica, List<Part> parts, boolean toPublish) {
    Publish {
        parts = List.copyOf(parts);
    }

    /// A change and what became of it.
    record Part(Change change, State state) {}

    /// How far a change has come.
    sealed interface State {
        record Waiting() implements State {}

        /// It is in the replica. What it added on a condition.
        record Applied(Map<Dot, Claim> conditional) implements State {}

        /// A rival turned up, so it was taken back.
        record Withdrawn() implements State {}

        /// It could not be made.
        record Refused(IOException why) implements State {}
    }

    static Publish of(PublishRule rule, Replica replica, List<? extends Change> changes) {
        List<Part> parts = changes.stream()
                .<Part>map(change -> new Part(change, new State.Waiting()))
                .toList();
        return new Publish(rule, replica, parts, !replica.toWithdraw().isEmpty());
    }

    /// Publishes what is there once more, so that it is everywhere.
    static Publish again(PublishRule rule, Replica replica) {
        return new Publish(rule, replica, List.of(), true);
    }

    /// What to do after a reading.
    ///
    /// @param after this group, with the replica that must be kept from now on
    /// @param round what to write; empty if nothing (more) has to be written
    record Step(Publish after, Optional<Round> round) {}

    /// Takes a quorum in.
    Step next(Reading quorum) {
        if (!rule.isQuorum(quorum)) {
            throw new IllegalArgumentException("too few copies were read");
        }
        Replica merged = replica.merged(rule.merge(), quorum.copies().values());
        DirectorySet set = merged.set();
        Homes read = set.homes();
        boolean homesAgree = quorum.atHomes().values().stream()
                .allMatch(copy -> copy.set().homes().equals(read));
        List<Part> next = new ArrayList<>();
        for (Part part : parts) {
            var edit = new Edit(set, merged.writer(), homesAgree);
            next.add(new Part(part.change(), advanced(part, edit)));
            set = edit.set();
        }
        boolean grown = toPublish || !set.equals(merged.set());
        Replica after = merged.grownTo(grown ? set.withHomes(set.homes().settled()) : set);
        var publish = new Publish(rule, after, next, grown);
        return new Step(publish, grown ? Optional.of(rule.round(after.set(), quorum)) : Optional.empty());
    }

    /// This with the same replica in another shape.
    Publish keeping(DirectorySet same) {
        return new Publish(rule, replica.grownTo(same), parts, toPublish);
    }

    private State advanced(Part part, Edit edit) {
        return switch (part.state()) {
            case State.Waiting _ -> applied(part.change(), edit);
            case State.Applied(Map<Dot, Claim> conditional) -> {
                boolean rival = conditional.entrySet().stream()
                        .anyMatch(added -> rule.hasRival(added.getKey(), added.getValue(), edit.set()));
                if (rival) {
                    conditional.keySet().forEach(edit::withdraw);
                }
                yield rival ? new State.Withdrawn() : part.state();
            }
            case State.Withdrawn _, State.Refused _ -> part.state();
        };
    }

    private static State applied(Change change, Edit edit) {
        DirectorySet before = edit.set();
        try {
            change.apply(edit);
            return new State.Applied(edit.conditional());
        } catch (IOException e) {
            edit.revertTo(before);
            return new State.Refused(e);
        }
    }

    /// Whether the round is committed, given the numbers that accepted it.
    boolean isCommitted(Round round, Set<Integer> accepted) {
        return rule.isCommitted(accepted, round);
    }

    /// After a commit: nothing is left to publish.
    Publish committed() {
        return new Publish(rule, replica.withdrawn(), parts, false);
    }

    /// The replica after giving up. What was added on a condition is withdrawn by the next publish.
    Replica givenUp() {
        Replica left = replica;
        for (Part part : parts) {
            if (part.state() instanceof State.Applied(Map<Dot, Claim> conditional)) {
                left = left.withdrawing(conditional.keySet());
            }
        }
        return left;
    }
}
