package org.truckee.client.immutable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.protocol.storage.ShareKind;

/// The shares of one file, as far as they have been found. Servers are asked in the order of the ring, a few at a
/// time, and only while more shares are wanted; answers count as they come. Those who wait for shares, and for what
/// is read from them, wait on this object's monitor, which also guards everything here.
final class FoundShares {
    private static final int AT_ONCE = 10;

    private final KnownServers servers;
    private final ProvenHashes proven;
    private final ExecutorService threads;
    private final List<FoundShare> found = new ArrayList<>();
    private final Map<GridServer, String> unheard = new TreeMap<>(Comparator.comparing(GridServer::toString));
    private Deque<GridServer> toAsk = new ArrayDeque<>();
    private int asked;

    FoundShares(KnownServers servers, ProvenHashes proven, ExecutorService threads) {
        this.servers = servers;
        this.proven = proven;
        this.threads = threads;
    }

    /// Starts to look for shares at all servers there are now.
    synchronized void lookAgain() {
        toAsk = ServerSelector.inOrder(servers.connected(), proven.cap().storageIndex()).stream()
                .collect(Collectors.toCollection(ArrayDeque::new));
        unheard.clear();
        look();
    }

    /// Asks further servers, if there are any and not too many are being asked.
    synchronized void look() {
        while (asked < AT_ONCE && !toAsk.isEmpty()) {
            GridServer server = toAsk.remove();
            asked++;
            try {
                threads.execute(() -> ask(server));
            } catch (RejectedExecutionException e) {
                asked--; // the file is closed
                return;
            }
        }
    }

    private void ask(GridServer server) {
        Set<Integer> shares;
        try {
            shares = server.storage().list(ShareKind.IMMUTABLE, proven.cap().storageIndex());
        } catch (IOException | RuntimeException e) {
            doesNotHear(server, e);
            return;
        }
        hears(server, shares);
    }

    private synchronized void hears(GridServer server, Set<Integer> shares) {
        asked--;
        Set<Integer> known = found.stream()
                .filter(share -> share.server().equals(server))
                .map(FoundShare::share)
                .collect(Collectors.toSet());
        shares.stream()
                .filter(share -> share >= 0 && share < proven.cap().encoding().total())
                .filter(share -> !known.contains(share))
                .sorted()
                .forEach(share -> found.add(new FoundShare(server, share, proven)));
        notifyAll();
    }

    private synchronized void doesNotHear(GridServer server, Exception failure) {
        asked--;
        unheard.put(server, String.valueOf(failure.getMessage()));
        notifyAll();
    }

    /// Whether servers are being asked, so that more may be found.
    synchronized boolean isLooking() {
        return asked > 0;
    }

    /// The share to read next, of those that were not `tried`, have other numbers than `taken` and are not known to
    /// be of no use: one from which `bytes` should come soonest beside what the server is `busy` with already, and
    /// if there are several, one that needs no decoding.
    synchronized Optional<FoundShare> next(
            Set<FoundShare> tried, Set<Integer> taken, Collection<GridServer> busy, long bytes) {
        Comparator<FoundShare> order = Comparator.<FoundShare>comparingInt(
                        share -> share.server().isFrozen() || share.rests() ? 1 : 0)
                .thenComparingInt(share -> magnitude(share, busy, bytes))
                .thenComparingInt(share -> Collections.frequency(busy, share.server()))
                .thenComparingInt(share -> share.share() < required() ? 0 : 1);
        return found.stream()
                .filter(share -> !share.lies() && !tried.contains(share) && !taken.contains(share.share()))
                .min(order);
    }

    /// How long it should take to read from a share beside what its server does already. Times that differ by less
    /// than a factor of two or so are equal, as are all below a millisecond.
    private static int magnitude(FoundShare share, Collection<GridServer> busy, long bytes) {
        long nanos = share.expected(bytes).toNanos() * (1 + Collections.frequency(busy, share.server()));
        return Math.max(20, Long.SIZE - Long.numberOfLeadingZeros(nanos));
    }

    int required() {
        return proven.cap().encoding().required();
    }

    /// What is known, in words, for who cannot be given what he wants.
    synchronized String inWords() {
        List<String> words = new ArrayList<>();
        unheard.forEach((server, why) -> words.add(server + " did not answer: " + why));
        found.forEach(share -> words.add(
                share + share.lastFailure().map(why -> ": " + why.getMessage()).orElse(" is there")));
        return words.isEmpty() ? "nobody has any" : String.join("; ", words);
    }
}
