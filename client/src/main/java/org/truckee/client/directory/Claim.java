package org.truckee.client.directory;

import java.util.Set;

/// A name that was added on the condition that nobody else has it.
///
/// @param before the links that had been given the name when it was added
record Claim(String name, Set<Dot> before) {
    Claim {
        before = Set.copyOf(before);
    }
}
