package org.truckee.client.immutable;

import java.nio.file.Path;
import java.util.Optional;
import org.truckee.client.grid.KnownHelpers;

/// Which helpers a client sends its files through, and where it remembers those which it has yet to read back, with
/// their ciphertext; without such a folder it believes the samples that it takes.
public record Helping(KnownHelpers helpers, Optional<Path> readBack) {
    /// For a client that sends everything itself.
    public static Helping none() {
        return new Helping(KnownHelpers.none(), Optional.empty());
    }
}
