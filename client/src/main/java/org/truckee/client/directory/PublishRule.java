package org.truckee.client.directory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.client.directory.Homes.Home;
import org.truckee.client.mutable.Checkstring;

/// Which copies count, where a version is written, and when it is committed.
///
/// A copy counts at its number's home only, and only if none that was read at a home says that the home is elsewhere;
/// copies in other places are merged and never counted. (A number has a copy at a new home only after a majority of
/// the others has taken the move, so who lags behind cannot find a majority that does not know of it.) So any two
/// majorities of numbers share a number with one place, and the test-and-set of that place orders them.
///
/// Invariant: a copy is only ever overwritten by a version that contains what it held. A committed change therefore
/// is in the merge of any majority for ever.
class PublishRule {
    private final Merge merge;

    PublishRule(Merge merge) {
        this.merge = merge;
    }

    final Merge merge() {
        return merge;
    }

    /// The numbers that count among what was read.
    final Set<Integer> counting(Reading reading) {
        var counting = new TreeSet<Integer>();
        reading.homes().byNumber().forEach((number, home) -> {
            if (counts(number, home, reading)) {
                counting.add(number);
            }
        });
        return counting;
    }

    /// Whether enough was read to change the directory.
    boolean isQuorum(Reading reading) {
        return !reading.isEmpty() && counting(reading).size() >= reading.homes().majority();
    }

    boolean counts(int number, Home home, Reading reading) {
        return isAgreed(number, home, reading)
                && reading.at(new Place(number, home.server())).isPresent();
    }

    /// Whether all that were read at homes name this home.
    static boolean isAgreed(int number, Home home, Reading reading) {
        return !home.isDisputed()
                && reading.atHomes().values().stream()
                        .allMatch(copy -> copy.set().homes().of(number).equals(Optional.of(home)));
    }

    /// A try to publish `set`, which contains all that was read.
    final Round round(DirectorySet set, Reading reading) {
        Set<Integer> counting = counting(reading);
        var places = new HashSet<Place>();
        set.homes().byNumber().forEach((number, home) -> {
            boolean agreed = mayBeWritten(number, home, reading);
            if (agreed && reading.heard().contains(home.server())) {
                places.add(new Place(number, home.server()));
            }
            if (!agreed) {
                counting.remove(number);
            }
        });
        places.addAll(furtherPlaces(reading));
        Map<Place, Optional<Checkstring>> writes = new HashMap<>();
        Map<Place, Optional<Checkstring>> fills = new HashMap<>();
        for (Place place : places) {
            if (reading.at(place).isPresent() || !fillsWait()) {
                writes.put(place, reading.at(place).map(Copy::checkstring));
            } else {
                fills.put(place, Optional.ofNullable(reading.damaged().get(place)));
            }
        }
        return new Round(reading.highestSequenceNumber() + 1, set, writes, counting, fills);
    }

    /// Whether a number can be written at `home`, which the new version names: not by the publish that makes it the
    /// home.
    boolean mayBeWritten(int number, Home home, Reading reading) {
        return isAgreed(number, home, reading);
    }

    /// Copies elsewhere are left alone.
    Set<Place> furtherPlaces(Reading reading) {
        return Set.of();
    }

    /// Whether an empty home is filled only when the version is committed.
    boolean fillsWait() {
        return true;
    }

    /// Whether a version is published, given the numbers that accepted it.
    boolean isCommitted(Set<Integer> accepted, Round round) {
        var counted = new HashSet<>(accepted);
        counted.retainAll(round.counting());
        return counted.size() >= round.set().homes().majority();
    }

    /// Whether a link that was added where nothing was must be withdrawn: the name was also given to another one,
    /// which was not there before. That one may also have replaced the link already, so the link need not be there.
    boolean hasRival(Dot added, Claim claim, DirectorySet set) {
        return set.shown().given(claim.name()).stream()
                .anyMatch(dot -> !dot.equals(added) && !claim.before().contains(dot));
    }
}
