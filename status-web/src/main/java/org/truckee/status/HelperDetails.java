package org.truckee.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A helper.
public record HelperDetails(
        List<Node> nodes,
        List<Expansion> expansions,
        List<Relayed> relays,
        List<Refusal> refusals,
        Kept kept,
        Totals totals)
        implements Status.Details {
    public HelperDetails {
        nodes = List.copyOf(nodes);
        expansions = List.copyOf(expansions);
        relays = List.copyOf(relays);
        refusals = List.copyOf(refusals);
    }

    /// A storage node that was announced; `lastError` is why it is not connected.
    public record Node(
            String id,
            String nickname,
            Optional<String> address,
            boolean isConnected,
            Optional<String> lastError,
            OptionalLong availableBytes) {}

    /// A file that a client sends: so many bytes of its ciphertext have arrived, so many of its shares are placed.
    public record Expansion(
            String client,
            String storageIndex,
            Instant startedAt,
            long size,
            long received,
            long placed,
            String state) {}

    /// A connection of a client with a node, and the bytes that passed.
    public record Relayed(String client, String server, Instant since, long up, long down) {}

    /// A client was refused something.
    public record Refusal(Instant at, String client, String reason) {}

    /// Ciphertext of clients that went away, and how much there may be in all.
    public record Kept(long files, long bytes, long most, Optional<Instant> oldest) {}

    /// Since the start: bytes of ciphertext that arrived, bytes of files whose shares were placed, bytes relayed both
    /// ways, expansions that were completed, that failed, and what was refused.
    public record Totals(
            long receivedBytes, long placedBytes, long relayedBytes, long expansions, long failed, long refused) {}
}
