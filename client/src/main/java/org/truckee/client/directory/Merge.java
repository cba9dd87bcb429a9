package org.truckee.client.directory;

import java.util.TreeMap;

/// Joins two states of a directory. A link that one of them does not have is kept exactly if that one has not seen
/// it; if it has, somebody who had seen the link removed it.
///
/// Invariant: commutative, associative and idempotent, so that order and repetition of merges do not matter. What
/// either state has added is in the result, unless the other one saw it and removed it; what either has removed is
/// not, whatever stale copies are merged again.
class Merge {
    final DirectorySet of(DirectorySet one, DirectorySet other) {
        if (one.equals(other)) {
            return one;
        }
        var links = new TreeMap<Dot, Link>();
        one.links().forEach((dot, link) -> {
            Link there = other.links().get(dot);
            if (there != null) {
                links.put(dot, link.joined(there));
            } else if (survives(dot, other)) {
                links.put(dot, link);
            }
        });
        other.links().forEach((dot, link) -> {
            if (!one.links().containsKey(dot) && survives(dot, one)) {
                links.put(dot, link);
            }
        });
        return new DirectorySet(
                links, one.vector().joined(other.vector()), one.homes().joined(other.homes()));
    }

    /// Whether a link that `without` does not have is kept.
    boolean survives(Dot dot, DirectorySet without) {
        return !without.vector().covers(dot);
    }
}
