package org.truckee.client.grid;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a client uses helpers for.
public enum HelperMode {
    /// They are sent ciphertext once and place its shares; servers that cannot be reached are reached through them.
    EXPAND,
    /// Only the latter.
    RELAY,
    /// Nothing.
    OFF;

    public static Optional<HelperMode> of(String word) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(word))
                .findFirst();
    }

    /// As it stands in `tahoe.cfg`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
