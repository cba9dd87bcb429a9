package org.truckee.protocol.storage;

import java.util.Set;

/// All complete shares of a storage index, also those not asked for, and the shares that may now be written.
public record Allocation(Set<Integer> alreadyHave, Set<Integer> allocated) {
    public Allocation {
        alreadyHave = Set.copyOf(alreadyHave);
        allocated = Set.copyOf(allocated);
    }
}
