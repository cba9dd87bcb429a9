package org.truckee.client.directory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.truckee.client.mutable.Checkstring;
import org.truckee.protocol.introducer.ServerId;

/// What was read of a directory in one round: which copies, what is damaged and how it begins, and who answered, with
/// copies or without.
record Reading(Map<Place, Copy> copies, Map<Place, Checkstring> damaged, Set<ServerId> heard) {
    static final Reading NOTHING = new Reading(Map.of(), Map.of(), Set.of());

    Reading {
        copies = Map.copyOf(copies);
        damaged = Map.copyOf(damaged);
        heard = Set.copyOf(heard);
    }

    Optional<Copy> at(Place place) {
        return Optional.ofNullable(copies.get(place));
    }

    boolean isEmpty() {
        return copies.isEmpty();
    }

    long highestSequenceNumber() {
        return copies.values().stream().mapToLong(Copy::sequenceNumber).max().orElse(0);
    }

    /// The homes that any copy names, the right ones of each number.
    Homes homes() {
        return copies.values().stream()
                .map(copy -> copy.set().homes())
                .reduce(Homes::joined)
                .orElse(Homes.NONE);
    }

    /// The copies at homes. Those elsewhere are of foreign writers, or of homes that were moved since: what they hold
    /// counts, what they take for homes does not.
    Map<Place, Copy> atHomes() {
        Homes homes = homes();
        var kept = new HashMap<>(copies);
        kept.keySet().removeIf(place -> !homes.isHome(place));
        return kept;
    }

    /// With what one more server said.
    Reading with(ServerId server, Map<Integer, Copy> held, Map<Integer, Checkstring> bad) {
        var good = new TreeMap<>(copies);
        good.keySet().removeIf(place -> place.server().equals(server));
        held.forEach((number, copy) -> good.put(new Place(number, server), copy));
        var unreadable = new TreeMap<>(damaged);
        unreadable.keySet().removeIf(place -> place.server().equals(server));
        bad.forEach((number, start) -> unreadable.put(new Place(number, server), start));
        var all = new TreeSet<>(heard);
        all.add(server);
        return new Reading(good, unreadable, all);
    }

    /// As if nothing had been asked of a server.
    Reading without(ServerId server) {
        Reading none = with(server, Map.of(), Map.of());
        var others = new TreeSet<>(heard);
        others.remove(server);
        return new Reading(none.copies, none.damaged, others);
    }

    /// With a copy that was written.
    Reading with(Place place, Copy copy) {
        var more = new TreeMap<>(copies);
        more.put(place, copy);
        var unreadable = new TreeMap<>(damaged);
        unreadable.remove(place);
        var all = new TreeSet<>(heard);
        all.add(place.server());
        return new Reading(more, unreadable, all);
    }
}
