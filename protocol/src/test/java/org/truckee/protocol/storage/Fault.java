package org.truckee.protocol.storage;

import java.time.Duration;

/// What may go wrong with one call of a storage server.
public sealed interface Fault {
    /// Whether a call whose answer is lost was done.
    enum Applied {
        /// The server never did what was asked.
        NOT,
        /// The server did it, and the caller does not hear so.
        UNHEARD
    }

    /// No connection can be made: nothing is done, the caller gets a `ServerUnreachableException`.
    record Refuse() implements Fault {}

    /// The connection is lost: an `IOException`.
    record Drop(Applied applied) implements Fault {}

    /// Silence until [FaultyStorageServer#release] or an interrupt, then an `IOException`.
    record Hang(Applied applied) implements Fault {}

    /// The call works, after a while.
    record Delay(Duration duration) implements Fault {}

    /// A fault of the bytes that a read gives, and each buffer of a read-test-write; other calls work.
    sealed interface OfBytes extends Fault {}

    /// The server has only the first `bytes`, and says so.
    record Shorten(long bytes) implements OfBytes {}

    /// Bit `bit % 8` of byte `bit / 8` is the other one; nothing happens if that is beyond the end.
    record Flip(long bit) implements OfBytes {}

    /// The connection is lost after `bytes`.
    record Cut(long bytes) implements OfBytes {}

    /// Silence after `bytes`, as in [Hang].
    record Stall(long bytes) implements OfBytes {}
}
