package org.truckee.client.directory;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What writers were told of their changes, and whether that fits to what is in the directory afterwards.
final class History {
    private History() {}

    /// What a writer was told.
    enum Outcome {
        DONE,
        WITHOUT_EFFECT,
        UNKNOWN
    }

    /// `replaced` are the values that the change took away, if it was `applied`.
    record Finished(ModelChange change, Outcome outcome, boolean applied, Set<String> replaced) {}

    /// What is wrong if these values are `alive` after all of `finished`.
    static Set<String> violations(List<Finished> finished, Set<String> alive) {
        var violations = new TreeSet<String>();
        for (Finished done : finished) {
            ModelChange change = done.change();
            if (done.outcome() == Outcome.DONE && change.adds() && !isAccountedFor(change.value(), finished, alive)) {
                violations.add("lost " + change.kind());
            }
            if (done.outcome() == Outcome.DONE && done.replaced().stream().anyMatch(alive::contains)) {
                violations.add("back after " + change.kind());
            }
            if (done.outcome() == Outcome.WITHOUT_EFFECT && alive.contains(change.value())) {
                violations.add("ghost of " + change.kind());
            }
        }
        if (twoAdds(finished)) {
            violations.add("two adds of one name");
        }
        return violations;
    }

    /// Alive, or gone by a change that may have happened and is itself accounted for.
    private static boolean isAccountedFor(String value, List<Finished> finished, Set<String> alive) {
        return alive.contains(value)
                || finished.stream()
                        .filter(done -> done.replaced().contains(value) && done.outcome() != Outcome.WITHOUT_EFFECT)
                        .anyMatch(done -> !done.change().adds()
                                || isAccountedFor(done.change().value(), finished, alive));
    }

    /// Two who were told that they had a name first, which nobody has set free.
    private static boolean twoAdds(List<Finished> finished) {
        Map<String, Long> adds = finished.stream()
                .filter(done -> done.outcome() == Outcome.DONE)
                .map(Finished::change)
                .filter(change -> change.kind() == ModelChange.Kind.ADD)
                .collect(Collectors.groupingBy(ModelChange::name, Collectors.counting()));
        return adds.entrySet().stream().anyMatch(same -> same.getValue() > 1 && !isSetFree(same.getKey(), finished));
    }

    private static boolean isSetFree(String name, List<Finished> finished) {
        return finished.stream()
                .anyMatch(done -> done.applied() && done.change().takesAway(name));
    }
}
