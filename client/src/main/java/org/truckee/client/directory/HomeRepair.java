package org.truckee.client.directory;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.client.directory.Homes.Home;
import org.truckee.client.mutable.Checkstring;
import org.truckee.protocol.introducer.ServerId;

/// What has to be done next so that a directory has enough copies, each at home: one number at a time is moved or
/// added, and only when all copies agree on all homes. It asks nobody.
///
/// @param reading everything that can be read
/// @param known the homes that the writer's replica names
/// @param usable servers on which copies may be, those to be used first in front
/// @param wanted how many copies there should be, if there are servers for them
record HomeRepair(Reading reading, Homes known, List<ServerId> usable, int wanted) {
    /// One step of a repair.
    sealed interface Step {
        /// Everything is as it should be, as far as servers allow.
        record Done() implements Step {}

        /// A version has to be published: homes lack it, or do not agree.
        record Publish() implements Step {}

        /// A number gets another home, or a further number its first.
        record Move(int number, ServerId to) implements Step {}
    }

    Step next() {
        Homes homes = reading.homes();
        if (!homesAgree(homes) || !lagging().isEmpty()) {
            return new Step.Publish();
        }
        Optional<ServerId> free = free(homes);
        Optional<Integer> lost = homes.byNumber().entrySet().stream()
                .filter(home -> !usable.contains(home.getValue().server()))
                .map(home -> home.getKey())
                .findFirst();
        if (free.isPresent() && lost.isPresent()) {
            return new Step.Move(lost.get(), free.get());
        }
        if (free.isPresent() && homes.byNumber().size() < wanted) {
            return new Step.Move(homes.byNumber().lastKey() + 1, free.get());
        }
        return new Step.Done();
    }

    private boolean homesAgree(Homes homes) {
        return known.joined(homes).equals(homes)
                && homes.byNumber().values().stream().noneMatch(Home::isDisputed)
                && reading.atHomes().values().stream()
                        .allMatch(copy -> copy.set().homes().equals(homes));
    }

    /// Usable homes that do not have the newest version.
    Set<Place> lagging() {
        Collection<Copy> atHomes = reading.atHomes().values();
        long newest = atHomes.stream().mapToLong(Copy::sequenceNumber).max().orElse(0);
        Set<Checkstring> versions = new HashSet<>();
        atHomes.forEach(copy -> versions.add(copy.checkstring()));
        var lagging = new TreeSet<Place>();
        reading.homes()
                .byNumber()
                .forEach((number, home) -> home.servers().stream()
                        .map(server -> new Place(number, server))
                        .filter(place -> usable.contains(place.server()))
                        .filter(place -> versions.size() > 1
                                || reading.at(place)
                                        .filter(copy -> copy.sequenceNumber() == newest)
                                        .isEmpty())
                        .forEach(lagging::add));
        return lagging;
    }

    private Optional<ServerId> free(Homes homes) {
        Set<ServerId> taken = new HashSet<>();
        homes.byNumber().values().forEach(home -> taken.addAll(home.servers()));
        return usable.stream().filter(server -> !taken.contains(server)).findFirst();
    }

    /// Copies that are nobody's home, whose contents every home has by now: where homes were, or foreign writers put
    /// them.
    Set<Place> leftOver() {
        Homes homes = reading.homes();
        var places = new TreeSet<>(reading.copies().keySet());
        places.addAll(reading.damaged().keySet());
        places.removeIf(place -> homes.isHome(place) || !usable.contains(place.server()));
        return places;
    }
}
