package org.truckee.client.cap;

import java.util.Optional;

/// Authority to read a file.
public sealed interface ReadCap extends FileCap permits LiteralCap, ChkReadCap, MutableReadCap {
    /// What checks and repairs the file without reading it; a literal file, which is nowhere stored, has none.
    Optional<VerifyCap> verifier();
}
