package org.truckee.storage;

import java.util.Map;
import java.util.TreeMap;

/// How many complete shares there are, by prefix of their storage index: what the crawler counted, and what came and
/// went since. Safe for use by several threads at once.
final class ShareCounts {
    /// Shares below one prefix, the bytes they hold, how many of them are mutable and were first written to a node
    /// with another id, and how many files beside them look like shares and are damaged.
    record Count(long shares, long bytes, long foreign, long damaged) {
        static final Count NONE = new Count(0, 0, 0, 0);

        Count plus(Count other) {
            return new Count(
                    shares + other.shares, bytes + other.bytes, foreign + other.foreign, damaged + other.damaged);
        }
    }

    private final Map<String, Count> counts;
    private boolean complete;

    /// What was counted so far.
    ShareCounts(Map<String, Count> counts, boolean complete) {
        this.counts = new TreeMap<>(counts);
        this.complete = complete;
    }

    /// Something came, or, with negative numbers, went.
    synchronized void add(String prefix, long shares, long bytes) {
        counts.merge(prefix, new Count(shares, bytes, 0, 0), Count::plus);
    }

    /// What the crawler found below a prefix.
    synchronized void replace(String prefix, Count count) {
        counts.put(prefix, count);
    }

    /// Every prefix has been counted once.
    synchronized void completed() {
        complete = true;
    }

    synchronized boolean complete() {
        return complete;
    }

    synchronized Count total() {
        return counts.values().stream().reduce(Count.NONE, Count::plus);
    }

    synchronized long bytes() {
        return total().bytes();
    }

    synchronized Map<String, Count> byPrefix() {
        return Map.copyOf(counts);
    }
}
