package org.truckee.client.directory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.truckee.client.mutable.Checkstring;
import org.truckee.client.mutable.MutableSlots.Written;

/// The copies of a directory that a process has read or written last, and what its readers are shown of them: for a
/// while without asking anybody. Safe for use by any number of threads.
final class KnownCopies {
    private static final Duration BELIEVED = Duration.ofMillis(1500);

    private final PublishRule rule;
    private final InstantSource clock;

    /// All below is guarded by this object's monitor.
    private Reading reading = Reading.NOTHING;

    private Instant checkedAt = Instant.MIN;
    private @Nullable Listing listing;

    KnownCopies(PublishRule rule, InstantSource clock) {
        this.rule = rule;
        this.clock = clock;
    }

    synchronized Reading reading() {
        return reading;
    }

    /// Links of all copies; those of one version are held once.
    synchronized int links() {
        Map<Checkstring, Integer> versions = new HashMap<>();
        reading.copies()
                .values()
                .forEach(copy ->
                        versions.put(copy.checkstring(), copy.set().links().size()));
        return versions.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// The names, if they were asked for a moment ago.
    synchronized Optional<Listing> believed() {
        boolean fresh = checkedAt.plus(BELIEVED).isAfter(clock.instant());
        return fresh ? Optional.of(listing(false)) : Optional.empty();
    }

    private Listing listing(boolean maybeStale) {
        Listing made = listing;
        if (made == null || made.maybeStale() != maybeStale) {
            made = Listing.of(merged(), maybeStale);
            listing = made;
        }
        return made;
    }

    private DirectorySet merged() {
        return reading.copies().values().stream()
                .map(Copy::set)
                .reduce(rule.merge()::of)
                .orElse(DirectorySet.EMPTY);
    }

    /// Takes over what was read of all homes at that time, and gives the names, which are believed from then on if
    /// enough homes were heard.
    synchronized Listing checked(Reading read, Instant at) {
        boolean stale = !rule.isQuorum(read);
        learn(read);
        checkedAt = stale ? Instant.MIN : at;
        return listing(stale);
    }

    /// Takes over what was read, but for what was read before a later version was seen or written in its place.
    synchronized void learn(Reading read) {
        var newest = new HashMap<>(read.copies());
        reading.copies().forEach((place, copy) -> {
            Copy there = newest.get(place);
            boolean silent = !read.heard().contains(place.server());
            if (there == null ? silent : copy.sequenceNumber() > there.sequenceNumber()) {
                newest.put(place, copy);
            }
        });
        var heard = new HashSet<>(read.heard());
        newest.keySet().forEach(place -> heard.add(place.server()));
        var damaged = new HashMap<>(read.damaged());
        damaged.keySet().removeAll(newest.keySet());
        become(new Reading(newest, damaged, heard));
    }

    /// Takes over who has accepted a copy, and gives the numbers that have; forgets what is known of those that have
    /// not.
    synchronized Set<Integer> learn(Map<Place, Written> answers, Copy copy) {
        Reading now = reading;
        var accepted = new TreeSet<Integer>();
        for (var answer : answers.entrySet()) {
            Place place = answer.getKey();
            if (answer.getValue() == Written.ACCEPTED) {
                now = now.with(place, copy);
                accepted.add(place.number());
            } else {
                now = now.without(place.server());
            }
        }
        become(now);
        if (accepted.size() >= copy.set().homes().majority()) {
            checkedAt = clock.instant();
        }
        return accepted;
    }

    synchronized void forget() {
        become(Reading.NOTHING);
    }

    private void become(Reading now) {
        if (!reading.copies().equals(now.copies())) {
            listing = null;
        }
        reading = now;
        checkedAt = Instant.MIN;
    }
}
