package org.truckee.client.grid;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.truckee.protocol.storage.ServerVersion;
import org.truckee.protocol.storage.StorageUsage;

/// How a storage server is doing, seen from here. `application` is what it announced to be; `address` where it is or
/// was last reached; `since` when it came or went; `lastHeard` when it last answered; `usage` what it said that it
/// keeps; `filesystem` is the same for servers that share a disk; `isGone` whether it has been away, and announced
/// nothing, for so long that nobody waits for it; `doubleAt` where another process runs that has the
/// same key.
public record ServerStatus(
        GridServer server,
        String application,
        Optional<String> address,
        Optional<Instant> since,
        Optional<Instant> lastHeard,
        Optional<StorageUsage> usage,
        Optional<String> filesystem,
        boolean isGone,
        Optional<String> doubleAt,
        Connection connection) {

    /// Whether it answers.
    public sealed interface Connection {}

    /// It does, and this is what it said last and how long it took.
    public record Connected(ServerVersion version, Duration latency) implements Connection {}

    /// It does not: what came of each of its addresses.
    public record NotConnected(List<Attempt> attempts) implements Connection {
        public NotConnected {
            attempts = List.copyOf(attempts);
        }
    }

    /// An address, and why the server was not found there.
    public record Attempt(String address, String failure) {}

    public boolean isConnected() {
        return connection instanceof Connected;
    }
}
