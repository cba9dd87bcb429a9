package org.truckee.client.health;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.GridServer;
import org.truckee.crypto.StorageIndex;

/// How the shares of one file or directory are, as far as the servers that answered go. The counts mean what they
/// mean in Tahoe-LAFS (`docs/frontends/webapi.rst`).
///
/// @param encoding of the best version: that of which most should be done to keep it
/// @param shareBytes of one share of that version, 0 if it is not known
/// @param holders who has a good share of the best version, by share number
/// @param happiness how many of those can be matched with a share of their own
/// @param damaged shares that were looked at and are not good
/// @param wrongShares good shares of other versions
/// @param recoverableVersions versions of which enough different shares are there
/// @param unrecoverableVersions versions of which some are, and not enough
/// @param unheard servers that could not be asked, and why
public record FileHealth(
        StorageIndex storageIndex,
        Encoding encoding,
        long shareBytes,
        SortedMap<Integer, Set<GridServer>> holders,
        int happiness,
        List<DamagedShare> damaged,
        int wrongShares,
        int recoverableVersions,
        int unrecoverableVersions,
        Set<GridServer> responding,
        Map<GridServer, String> unheard) {
    public FileHealth {
        holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
        damaged = List.copyOf(damaged);
        responding = Set.copyOf(responding);
        unheard = Map.copyOf(unheard);
    }

    /// How much can be lost before the file is.
    public enum State {
        /// Every share is on a server of its own.
        FULL,
        /// It can be read, and has less to spare than it should.
        REDUCED,
        /// It cannot be read from the servers that answered.
        UNREADABLE
    }

    /// Different good shares.
    public int goodShares() {
        return holders.size();
    }

    /// Servers with a good share.
    public Set<GridServer> goodServers() {
        var servers = new HashSet<GridServer>();
        holders.values().forEach(servers::addAll);
        return servers;
    }

    /// Bytes of all good shares of the best version, copies too.
    public long storedBytes() {
        return shareBytes * holders.values().stream().mapToInt(Set::size).sum();
    }

    public boolean isRecoverable() {
        return recoverableVersions > 0;
    }

    /// Tahoe-LAFS's measure: all shares of one version are there, wherever, and no other version is.
    public boolean isHealthy() {
        return recoverableVersions == 1 && unrecoverableVersions == 0 && goodShares() >= encoding.total();
    }

    public State state() {
        if (!isRecoverable()) {
            return State.UNREADABLE;
        }
        return isHealthy() && happiness >= encoding.total() ? State.FULL : State.REDUCED;
    }

    /// Whether it is as good as it can be on so many servers: copies are all equal, so as many as there are servers
    /// do; of other shares each must be there, if not all on a server of its own.
    public boolean isWholeOn(int servers) {
        boolean oneVersion = recoverableVersions == 1 && unrecoverableVersions == 0;
        boolean allThere = encoding.required() == 1 || goodShares() >= encoding.total();
        return oneVersion && allThere && happiness >= Math.min(encoding.total(), servers);
    }

    /// The same where other holders, of `matched` of whom each has a share of its own, are those that count.
    public FileHealth counting(Encoding expected, SortedMap<Integer, Set<GridServer>> counted, int matched) {
        return new FileHealth(
                storageIndex,
                expected,
                shareBytes,
                counted,
                matched,
                damaged,
                wrongShares,
                recoverableVersions,
                unrecoverableVersions,
                responding,
                unheard);
    }
}
