package org.truckee.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A whole grid, as a gateway sees it.
///
/// @param usableFreeBytes of files that can still be stored, after expansion; disks that nodes share count once
/// @param sftpSessions how many are logged in
/// @param staged files that wait on the gateway's disk
public record GridDetails(
        List<Server> servers,
        List<Introducer> introducers,
        Coding coding,
        MayFail mayFail,
        OptionalLong usableFreeBytes,
        List<Transfer> uploads,
        List<Transfer> downloads,
        Totals totals,
        Announcements announcements,
        int sftpSessions,
        Helping helping,
        Care care,
        List<Staged> staged,
        Root root)
        implements Status.Details {
    public GridDetails {
        servers = List.copyOf(servers);
        introducers = List.copyOf(introducers);
        uploads = List.copyOf(uploads);
        downloads = List.copyOf(downloads);
        staged = List.copyOf(staged);
    }

    /// A file that is not on the grid yet, or not as it is now: `writing`, `closing`, `refused` or `incomplete`.
    public record Staged(String id, long bytes, Instant since, String state) {}

    /// The root directory.
    ///
    /// @param fingerprint by which one sees whether two gateways show the same tree; it gives no access
    /// @param recoveryFileAt when a recovery file was last made
    public record Root(Optional<String> fingerprint, Optional<Instant> recoveryFileAt) {}

    /// Any `needed` of `total` shares give a file back; an upload succeeds with `happy` servers.
    public record Coding(int needed, int happy, int total) {}

    /// So many of the nodes that are connected may fail, and files can still be read, and stored.
    public record MayFail(int read, int write) {}

    /// What was moved since the start.
    public record Totals(
            long uploadedBytes, long downloadedBytes, long uploads, long failedUploads, Duration uploadTime) {}

    /// What was taken from introducers and what was not.
    public record Announcements(long accepted, long refused) {}

    /// How the files were at the last whole walk over the tree, directories too: all shares on nodes of their own,
    /// fewer, too few to be read.
    public record Files(long full, long reduced, long unreadable, Optional<Instant> walkedAt) {
        public long all() {
            return full + reduced + unreadable;
        }
    }

    /// How the files are looked after.
    ///
    /// @param walking when the walk under way began
    /// @param walked how many files it has looked after
    /// @param repairing whether it has had to repair some
    /// @param repaired how many of those it has made good
    /// @param unfinished files that wait for more nodes to take shares
    /// @param unlinkedBytes of shares on the nodes that nothing in the tree needs
    /// @param renewedAt since when all leases have been renewed
    /// @param firstExpiry when the first of them ends
    public record Care(
            Files files,
            Optional<Instant> walking,
            long walked,
            boolean repairing,
            long repaired,
            long unfinished,
            OptionalLong unlinkedBytes,
            Optional<Instant> renewedAt,
            Optional<Instant> firstExpiry) {
        /// Before anything is known.
        public static final Care NONE = new Care(
                new Files(0, 0, 0, Optional.empty()),
                Optional.empty(),
                0,
                false,
                0,
                0,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// How an introducer is doing; `failure` is why it cannot be asked, since then.
    public record Introducer(String name, String address, Optional<Instant> since, Optional<String> failure) {}

    /// A node that was announced.
    ///
    /// @param address where it is reached, if it ever was
    /// @param since when it came, or went
    /// @param lastError why it is not connected
    /// @param filesystem the same for nodes that share a disk
    public record Server(
            String id,
            String shortId,
            String nickname,
            String role,
            Optional<String> address,
            String version,
            Presence presence,
            Optional<Instant> since,
            Optional<Instant> lastHeard,
            Optional<Duration> latency,
            OptionalLong availableBytes,
            OptionalLong usedBytes,
            OptionalLong shares,
            Optional<String> filesystem,
            Optional<String> lastError,
            List<AddressTried> addressesTried) {
        public Server {
            addressesTried = List.copyOf(addressesTried);
        }

        public boolean isConnected() {
            return presence == Presence.CONNECTED;
        }
    }

    /// Whether a node is there.
    public enum Presence {
        CONNECTED,
        NOT_CONNECTED,
        /// Not heard of for so long that nobody waits for it.
        GONE
    }

    /// The helpers that are used, for what `mode` says, and how it stands with reading back the files that they
    /// placed: so many wait, were read, had to be repaired.
    public record Helping(
            String mode, List<Helper> helpers, int waiting, long verified, long repaired, Optional<String> trouble) {
        /// Without any helper.
        public static final Helping NONE = new Helping("off", List.of(), 0, 0, 0, Optional.empty());

        public Helping {
            helpers = List.copyOf(helpers);
        }
    }

    /// A helper; `lastError` is why it is not connected, or what it failed at.
    public record Helper(
            String name, String address, boolean isConnected, Optional<Instant> since, Optional<String> lastError) {}

    /// An address and what came of it.
    public record AddressTried(String address, String failure) {}

    /// An upload or download. `bytes` of `size` are done.
    public record Transfer(
            Instant startedAt,
            Duration duration,
            long size,
            long bytes,
            State state,
            String via,
            long bytesPerSecond,
            List<Place> placement,
            Optional<String> reason) {
        public Transfer {
            placement = List.copyOf(placement);
        }
    }

    /// How a transfer stands.
    public enum State {
        RUNNING,
        DONE,
        FAILED
    }

    /// A share at a server.
    public record Place(int share, String server, PlaceState state) {}

    /// How a share stands at a server.
    public enum PlaceState {
        HELD,
        MOVING,
        STORED,
        DROPPED
    }
}
