package org.truckee.client.immutable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;
import org.truckee.client.share.CorruptShareException;
import org.truckee.protocol.storage.ShareKind;

/// Asks all servers what they have of an immutable file, and either believes them or reads every byte of it. The
/// verify capability is enough.
final class ChkChecker {
    private final ChkVerifyCap cap;
    private final Cores cores;

    /// Shares that are known to be of no use, whatever their servers say.
    private final Map<GridServer, Set<Integer>> useless = new HashMap<>();

    ChkChecker(ChkVerifyCap cap, Cores cores, Collection<DamagedShare> known) {
        this.cap = cap;
        this.cores = cores;
        known.forEach(bad ->
                useless.computeIfAbsent(bad.server(), _ -> new HashSet<>()).add(bad.share()));
    }

    /// What one server has.
    private record Held(Set<Integer> good, List<DamagedShare> damaged) {}

    FileHealth check(Collection<GridServer> servers, boolean verify) throws IOException {
        var answers = Together.ask(servers, server -> held(server, verify));
        SortedMap<Integer, Set<GridServer>> holders = new TreeMap<>();
        List<DamagedShare> damaged = new ArrayList<>();
        answers.heard().forEach((server, held) -> {
            held.good()
                    .forEach(share ->
                            holders.computeIfAbsent(share, _ -> new HashSet<>()).add(server));
            damaged.addAll(held.damaged());
        });
        Map<GridServer, String> unheard = new HashMap<>();
        answers.failed().forEach((server, failure) -> unheard.put(server, String.valueOf(failure.getMessage())));
        boolean recoverable = holders.size() >= cap.encoding().required();
        boolean found = !holders.isEmpty();
        return new FileHealth(
                cap.storageIndex(),
                cap.encoding(),
                usualShareBytes(),
                holders,
                Matching.happiness(holders),
                damaged,
                0,
                recoverable ? 1 : 0,
                found && !recoverable ? 1 : 0,
                answers.heard().keySet(),
                unheard);
    }

    /// As files are cut by Tahoe-LAFS and here.
    private long usualShareBytes() {
        var segmentation = Segmentation.of(cap.encoding(), cap.size(), Segmentation.DEFAULT_SEGMENT_BYTES);
        return ShareLayout.of(segmentation).shareBytes(UriExtension.length(segmentation));
    }

    private Held held(GridServer server, boolean verify) throws IOException {
        var held = new Held(new TreeSet<>(), new ArrayList<>());
        for (int share : new TreeSet<>(server.storage().list(ShareKind.IMMUTABLE, cap.storageIndex()))) {
            if (share < cap.encoding().total()
                    && !useless.getOrDefault(server, Set.of()).contains(share)) {
                if (verify) {
                    verify(server, share, held);
                } else {
                    held.good().add(share);
                }
            }
        }
        return held;
    }

    /// The server's operator is told of a share that is damaged.
    private void verify(GridServer server, int share, Held held) throws IOException {
        try {
            new ChkShareVerifier(cap, share, server.share(cap.storageIndex(), share), cores).verify();
            held.good().add(share);
        } catch (CorruptShareException e) {
            String what = String.valueOf(e.getMessage());
            held.damaged().add(new DamagedShare(server, share, what));
            server.storage().adviseCorrupt(ShareKind.IMMUTABLE, cap.storageIndex(), share, what);
        }
    }
}
