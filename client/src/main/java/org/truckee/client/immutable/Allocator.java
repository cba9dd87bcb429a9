package org.truckee.client.immutable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.truckee.client.grid.GridServer;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.storage.AbortAnswer;
import org.truckee.protocol.storage.Allocation;

/// Asks servers to make room for the shares of one file. What earlier runs of this client, or an earlier attempt
/// whose answer was not heard, left allocated is cleared away first where it stands in the way.
/// Safe for use by any number of threads.
final class Allocator {
    private final StorageIndex storageIndex;
    private final long shareBytes;
    private final LeaseSecret leaseSecret;
    private final Incarnations incarnations;

    Allocator(StorageIndex storageIndex, long shareBytes, LeaseSecret leaseSecret, Incarnations incarnations) {
        this.storageIndex = storageIndex;
        this.shareBytes = shareBytes;
        this.leaseSecret = leaseSecret;
        this.incarnations = incarnations;
    }

    /// Why a server did not take all shares it was asked to.
    enum Refusal {
        NONE,
        /// It has no room.
        FULL,
        /// It has room, but somebody is uploading these shares, or did and never came to the end.
        HIDDEN
    }

    /// What a server answered: the shares it has, those it made room for, and why not for the others.
    record Outcome(Set<Integer> alreadyHave, Set<Integer> allocated, Refusal refusal) {}

    /// What the shares sent to a server by this run of the client are known by there.
    UploadSecret secret(GridServer server) {
        return secret(server, incarnations.current());
    }

    private UploadSecret secret(GridServer server, byte[] incarnation) {
        return leaseSecret.uploadSecret(incarnation, storageIndex, server.tubId());
    }

    /// Asks for room for `shares`, none of which this run of the client is sending to that server.
    Outcome allocate(GridServer server, Set<Integer> shares) throws IOException {
        Allocation first = ask(server, shares);
        Set<Integer> hidden = missing(shares, first);
        if (hidden.isEmpty()) {
            return new Outcome(first.alreadyHave(), first.allocated(), Refusal.NONE);
        }
        boolean cleared = clear(server, hidden);
        Allocation second = cleared ? ask(server, hidden) : first;
        Set<Integer> allocated = new HashSet<>(first.allocated());
        allocated.addAll(second.allocated());
        Set<Integer> refused = missing(hidden, second);
        return new Outcome(
                second.alreadyHave(), allocated, refused.isEmpty() ? Refusal.NONE : refusal(server, refused.size()));
    }

    private Allocation ask(GridServer server, Set<Integer> shares) throws IOException {
        return server.storage()
                .allocate(
                        storageIndex,
                        shares,
                        shareBytes,
                        secret(server),
                        leaseSecret.leaseSecrets(storageIndex, server.tubId()));
    }

    private static Set<Integer> missing(Set<Integer> shares, Allocation answer) {
        var missing = new HashSet<>(shares);
        missing.removeAll(answer.alreadyHave());
        missing.removeAll(answer.allocated());
        return missing;
    }

    /// Aborts what we left behind; says whether there was anything.
    private boolean clear(GridServer server, Set<Integer> hidden) throws IOException {
        List<byte[]> ours = new ArrayList<>(incarnations.dead());
        ours.add(incarnations.current());
        boolean cleared = false;
        for (int share : hidden) {
            for (byte[] incarnation : ours) {
                var answer = server.storage().abort(storageIndex, share, secret(server, incarnation));
                cleared |= answer != AbortAnswer.OTHER_SECRET && answer != AbortAnswer.NOT_ALLOCATED;
            }
        }
        return cleared;
    }

    /// Has a server forget shares that it may have made room for; says whether it had.
    boolean abort(GridServer server, Set<Integer> shares) throws IOException {
        boolean aborted = false;
        for (int share : shares) {
            aborted |= server.storage().abort(storageIndex, share, secret(server)) == AbortAnswer.ABORTED;
        }
        return aborted;
    }

    private Refusal refusal(GridServer server, int shares) throws IOException {
        long room = server.storage().version().maximumImmutableShareBytes();
        return room / shares < shareBytes ? Refusal.FULL : Refusal.HIDDEN;
    }
}
