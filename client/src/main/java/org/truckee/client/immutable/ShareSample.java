package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Together;
import org.truckee.client.share.CorruptShareException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.ShareKind;

/// Asks servers for shares that somebody says they have: each must list them, take our lease on them, and give what
/// proves each to belong to the file, down to one block taken at random.
final class ShareSample {
    private final ChkVerifyCap cap;
    private final int segments;
    private final LeaseSecret leaseSecret;
    private final SecureRandom random;

    /// Of the file `cap`, which has so many segments.
    ShareSample(ChkVerifyCap cap, int segments, LeaseSecret leaseSecret, SecureRandom random) {
        this.cap = cap;
        this.segments = segments;
        this.leaseSecret = leaseSecret;
        this.random = random;
    }

    /// Which of the claimed shares are there, by what `servers` say themselves. Servers that do not answer, or are
    /// not among them, count for nothing.
    ///
    /// @throws CorruptShareException if a share is there and is not the file's
    UploadReport take(List<GridServer> servers, Map<ServerId, Set<Integer>> claimed) throws IOException {
        List<GridServer> asked = servers.stream()
                .filter(server -> claimed.containsKey(server.id()))
                .toList();
        var answers = Together.ask(asked, server -> confirmed(server, claimed.getOrDefault(server.id(), Set.of())));
        for (IOException failure : answers.failed().values()) {
            if (failure instanceof CorruptShareException corrupt) {
                throw corrupt;
            }
        }
        Map<Integer, Set<GridServer>> holders = new HashMap<>();
        answers.heard()
                .forEach((server, shares) -> shares.forEach(share ->
                        holders.computeIfAbsent(share, _ -> new HashSet<>()).add(server)));
        return new UploadReport(cap, holders);
    }

    private Set<Integer> confirmed(GridServer server, Set<Integer> claimed) throws IOException {
        Set<Integer> listed = new TreeSet<>(server.storage().list(ShareKind.IMMUTABLE, cap.storageIndex()));
        listed.retainAll(claimed);
        listed.removeIf(share -> share >= cap.encoding().total());
        boolean leased = !listed.isEmpty()
                && server.storage()
                        .renewLease(cap.storageIndex(), leaseSecret.leaseSecrets(cap.storageIndex(), server.tubId()));
        if (!leased) {
            return Set.of();
        }
        for (int share : listed) {
            var reader = new ChkShareReader(share, server.share(cap.storageIndex(), share), new ProvenHashes(cap));
            reader.open();
            reader.readBlock(random.nextInt(segments));
        }
        return listed;
    }
}
