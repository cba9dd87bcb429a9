package org.truckee.client.directory;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What one process knows of a directory that it writes: the merge of all versions it has read and all it has tried
/// to write.
///
/// Invariant: it only grows. A change goes into it once, under a fresh dot of `writer`, and is never made again;
/// whatever is published contains it from then on. `writer` belongs to this replica alone: who drops a replica, by
/// ending for instance, must not use its writer again, since a dot used twice loses one of the two links.
///
/// @param toWithdraw additions that must go because they may not stand, and whose removal is not committed yet
record Replica(WriterId writer, DirectorySet set, Set<Dot> toWithdraw) {
    Replica {
        toWithdraw = Set.copyOf(toWithdraw);
    }

    static Replica begin(RandomGenerator random) {
        return new Replica(WriterId.random(random), DirectorySet.EMPTY, Set.of());
    }

    /// Grown by what was read, and without what is to be withdrawn.
    Replica merged(Merge merge, Collection<Copy> copies) {
        DirectorySet all = set;
        for (Copy copy : copies) {
            all = merge.of(all, copy.set());
        }
        for (Dot gone : toWithdraw) {
            all = all.without(gone);
        }
        return grownTo(all);
    }

    /// `larger` contains this.
    Replica grownTo(DirectorySet larger) {
        return new Replica(writer, larger, toWithdraw);
    }

    Replica withdrawing(Collection<Dot> dots) {
        var all = new HashSet<>(toWithdraw);
        all.addAll(dots);
        return new Replica(writer, set, all);
    }

    Replica withdrawn() {
        return new Replica(writer, set, Set.of());
    }
}
