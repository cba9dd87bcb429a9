package org.truckee.client.mutable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// Which proven shares of a mutable file were seen where.
record Servermap(MutableReadCap cap, List<Seen> shares, List<Bad> damaged, int serversHeard) {
    private static final Logger LOG = LoggerFactory.getLogger(Servermap.class);

    /// One share and the server it was seen on.
    record Seen(GridServer server, MutableShareReader share) {}

    /// A share that is not good, and the bytes it begins with, by which it is known when it is replaced.
    record Bad(GridServer server, int number, Checkstring start) {}

    Servermap {
        shares = List.copyOf(shares);
        damaged = List.copyOf(damaged);
    }

    /// What one server has.
    private record Held(List<Seen> good, List<Bad> damaged) {}

    /// Asks all `servers`.
    static Servermap read(MutableReadCap cap, Collection<GridServer> servers) throws IOException {
        var answers = Together.ask(servers, server -> readFrom(server, cap));
        return new Servermap(
                cap,
                answers.heard().values().stream()
                        .flatMap(held -> held.good().stream())
                        .toList(),
                answers.heard().values().stream()
                        .flatMap(held -> held.damaged().stream())
                        .toList(),
                answers.heard().size());
    }

    private static Held readFrom(GridServer server, MutableReadCap cap) throws IOException {
        StorageIndex storageIndex = cap.readKey().storageIndex();
        var held = new Held(new ArrayList<>(), new ArrayList<>());
        for (int number : server.storage().list(ShareKind.MUTABLE, storageIndex)) {
            ShareSource source = server.share(ShareKind.MUTABLE, storageIndex, number);
            try {
                held.good().add(new Seen(server, MutableShareReader.open(number, source, cap.fingerprint())));
            } catch (CorruptShareException e) {
                held.damaged().add(new Bad(server, number, new Checkstring(source.read(0, Checkstring.MAX_BYTES))));
                LOG.atWarn()
                        .addKeyValue("storageIndex", storageIndex)
                        .addKeyValue("server", server)
                        .addKeyValue("reason", e.getMessage())
                        .log("a share is not used");
            }
        }
        return held;
    }

    /// The highest sequence number seen, 0 if there is none.
    long highestSequenceNumber() {
        return shares.stream()
                .mapToLong(seen -> seen.share().header().sequenceNumber())
                .max()
                .orElse(0);
    }

    /// The newest version of which enough different shares were seen, as these shares.
    Optional<List<MutableShareReader>> best() {
        Map<MutableHeader, Map<Integer, MutableShareReader>> versions = shares.stream()
                .map(Seen::share)
                .collect(Collectors.groupingBy(
                        MutableShareReader::header,
                        Collectors.toMap(MutableShareReader::share, share -> share, (one, same) -> one, TreeMap::new)));
        return versions.entrySet().stream()
                .filter(version ->
                        version.getValue().size() >= version.getKey().encoding().required())
                .max(Comparator.comparing(Map.Entry::getKey, MutableHeader.BY_AGE))
                .map(version -> List.copyOf(version.getValue().values()));
    }
}
