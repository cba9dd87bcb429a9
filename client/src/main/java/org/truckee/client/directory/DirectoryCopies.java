package org.truckee.client.directory;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Together;
import org.truckee.client.mutable.Checkstring;
import org.truckee.client.mutable.MutableSlots;
import org.truckee.client.mutable.MutableSlots.SeenShare;
import org.truckee.client.mutable.MutableSlots.Slot;
import org.truckee.client.mutable.MutableSlots.SlotVersion;
import org.truckee.client.mutable.MutableSlots.Written;
import org.truckee.client.share.CorruptShareException;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.protocol.introducer.ServerId;

/// The copies of a directory of ours on servers: reads them, proven and parsed, and writes them. Remembers nothing.
/// Safe for use by several threads at once.
final class DirectoryCopies {
    /// What is read of a copy at first, which is all of most directories; then of one that is overwritten meanwhile.
    private static final List<Integer> FIRST_BYTES = List.of(64 << 10, 512 << 10, 4 << 20, 32 << 20);

    private final MutableSlots slots;
    private final KnownServers servers;
    private final ReplicatedTable table;

    DirectoryCopies(MutableSlots slots, KnownServers servers, ReplicatedTable table) {
        this.slots = slots;
        this.servers = servers;
        this.table = table;
    }

    /// Asks everybody for everything.
    Reading discover() throws IOException {
        var answers =
                Together.ask(servers.connected(), server -> readNumbers(server, slots.list(server), Reading.NOTHING));
        return joined(answers.heard().values());
    }

    /// Reads places. With `believing`, what was known there counts as read if the server says that it is still there.
    Reading read(Set<Place> places, Reading before, boolean believing) throws IOException {
        var answers = Together.ask(places, place -> {
            GridServer server = server(place.server());
            Optional<Copy> copy = before.at(place);
            boolean same = believing
                    && copy.isPresent()
                    && slots.isVersion(server, place.number(), copy.get().checkstring());
            return same ? Reading.NOTHING.with(place, copy.get()) : readNumbers(server, Set.of(place.number()), before);
        });
        return joined(answers.heard().values());
    }

    private Reading readNumbers(GridServer server, Set<Integer> numbers, Reading before) throws IOException {
        Map<Integer, Copy> good = new HashMap<>();
        Map<Integer, Checkstring> damaged = new HashMap<>();
        for (int number : numbers) {
            readNumber(server, number, before, good, damaged);
        }
        return Reading.NOTHING.with(server.id(), good, damaged);
    }

    /// A copy that is overwritten between two requests for its parts is read again, more of it at once.
    private void readNumber(
            GridServer server, int number, Reading before, Map<Integer, Copy> good, Map<Integer, Checkstring> damaged)
            throws IOException {
        for (int firstBytes : FIRST_BYTES) {
            switch (slots.look(server, number, firstBytes)) {
                case Slot.Good(SeenShare share) -> {
                    if (read(server, share, before, good, damaged)) {
                        return;
                    }
                }
                case Slot.Damaged(Checkstring start) -> {
                    damaged.put(number, start);
                    return;
                }
                case Slot.Overwritten _ -> {}
                case Slot.Empty _ -> {
                    return;
                }
            }
        }
        throw new IOException("copy " + number + " of a directory is overwritten faster than it can be read");
    }

    /// Takes what a share says from `before` if that version was read already. What is no copy of ours is passed
    /// over. Says whether all that was read is of one version.
    private boolean read(
            GridServer server,
            SeenShare share,
            Reading before,
            Map<Integer, Copy> good,
            Map<Integer, Checkstring> damaged)
            throws IOException {
        Checkstring version = share.checkstring();
        Optional<Copy> same = before.copies().values().stream()
                .filter(copy -> copy.checkstring().equals(version))
                .findFirst();
        if (same.isPresent()) {
            good.put(share.number(), same.get());
        } else if (share.encoding().required() == 1) {
            try {
                table.read(share.contents())
                        .ifPresent(set -> good.put(share.number(), new Copy(version, share.sequenceNumber(), set)));
            } catch (CorruptShareException e) {
                if (!slots.isVersion(server, share.number(), version)) {
                    return false;
                }
                slots.reportDamage(server, e);
                damaged.put(share.number(), version);
            }
        }
        return true;
    }

    /// Copies of one version are one in memory.
    private static Reading joined(Collection<Reading> readings) {
        var versions = new HashMap<Checkstring, Copy>();
        var copies = new HashMap<Place, Copy>();
        var damaged = new HashMap<Place, Checkstring>();
        var heard = new HashSet<ServerId>();
        for (Reading reading : readings) {
            reading.copies()
                    .forEach((place, copy) ->
                            copies.put(place, versions.computeIfAbsent(copy.checkstring(), _ -> copy)));
            damaged.putAll(reading.damaged());
            heard.addAll(reading.heard());
        }
        return new Reading(copies, damaged, heard);
    }

    /// The places that count, as far as is known, on servers that can be asked.
    Set<Place> homesOf(Reading reading) {
        Set<ServerId> connected =
                servers.connected().stream().map(GridServer::id).collect(Collectors.toSet());
        var places = new TreeSet<Place>();
        reading.homes()
                .byNumber()
                .forEach((number, home) -> home.servers().stream()
                        .filter(connected::contains)
                        .forEach(server -> places.add(new Place(number, server))));
        return places;
    }

    /// Writes a version to places where the round says what must be there before.
    Map<Place, Written> write(MutableWriteCap writeCap, Round round, Set<Place> places, SlotVersion version)
            throws IOException {
        var answers = Together.ask(
                places,
                place -> slots.write(
                        writeCap,
                        server(place.server()),
                        place.number(),
                        round.writes().getOrDefault(place, Optional.empty()),
                        version));
        Map<Place, Written> all = new HashMap<>(answers.heard());
        answers.failed().keySet().forEach(place -> all.put(place, Written.UNHEARD));
        return all;
    }

    /// Removes copies if they are still as they were read.
    void remove(MutableWriteCap writeCap, Reading reading, Set<Place> places) throws IOException {
        Together.ask(places, place -> {
            Checkstring there = reading.at(place)
                    .map(Copy::checkstring)
                    .or(() -> Optional.ofNullable(reading.damaged().get(place)))
                    .orElseThrow();
            return slots.remove(writeCap, server(place.server()), place.number(), there);
        });
    }

    /// The key that signs versions, from the first of the known copies that can still be had.
    MutableSigningKey signingKey(MutableWriteCap writeCap, Reading known) throws IOException {
        var failure = new IOException("no copy of the directory "
                + writeCap.readOnly().readKey().storageIndex() + " with its signing key can be had");
        for (Place place : new TreeSet<>(known.copies().keySet())) {
            try {
                Optional<MutableSigningKey> key = signingKey(writeCap, place);
                if (key.isPresent()) {
                    return key.get();
                }
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private Optional<MutableSigningKey> signingKey(MutableWriteCap writeCap, Place place) throws IOException {
        return slots.look(server(place.server()), place.number(), FIRST_BYTES.getFirst())
                        instanceof Slot.Good(SeenShare share)
                ? share.signingKey(writeCap)
                : Optional.empty();
    }

    private GridServer server(ServerId id) throws IOException {
        return servers.connected().stream()
                .filter(server -> server.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IOException("server " + id.shortName() + " is not connected"));
    }
}
