package org.truckee.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.truckee.protocol.storage.ByteRange;

/// Which bytes of a share have been written: disjoint ranges, begin to end, that neither overlap nor touch.
final class WrittenRanges {
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(ByteRange range) {
        long begin = range.begin();
        long end = range.end();
        for (var other = ranges.floorEntry(end);
                other != null && other.getValue() >= begin;
                other = ranges.floorEntry(end)) {
            begin = Math.min(begin, other.getKey());
            end = Math.max(end, other.getValue());
            ranges.remove(other.getKey());
        }
        ranges.put(begin, end);
    }

    /// The parts of `range` that have been written.
    List<ByteRange> within(ByteRange range) {
        var parts = new ArrayList<ByteRange>();
        Long from = ranges.floorKey(range.begin());
        for (Map.Entry<Long, Long> other :
                ranges.tailMap(from == null ? range.begin() : from).entrySet()) {
            long begin = Math.max(other.getKey(), range.begin());
            long end = Math.min(other.getValue(), range.end());
            if (begin < end) {
                parts.add(new ByteRange(begin, end));
            } else if (other.getKey() >= range.end()) {
                break;
            }
        }
        return parts;
    }

    /// The parts of `[0, size)` that have not been written.
    List<ByteRange> missing(long size) {
        var missing = new ArrayList<ByteRange>();
        long at = 0;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            if (at < range.getKey()) {
                missing.add(new ByteRange(at, range.getKey()));
            }
            at = range.getValue();
        }
        if (at < size) {
            missing.add(new ByteRange(at, size));
        }
        return missing;
    }
}
