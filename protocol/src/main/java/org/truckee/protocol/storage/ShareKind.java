package org.truckee.protocol.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The two kinds of shares, which are asked for under different paths.
public enum ShareKind {
    IMMUTABLE,
    MUTABLE;

    static Optional<ShareKind> parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.toString().equals(text))
                .findFirst();
    }

    /// As it stands in paths and advisories.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
