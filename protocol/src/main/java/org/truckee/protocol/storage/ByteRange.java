package org.truckee.protocol.storage;

/// The bytes `[begin, end)` of a share.
public record ByteRange(long begin, long end) {
    public ByteRange {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("no range: [" + begin + ", " + end + ")");
        }
    }

    public long length() {
        return end - begin;
    }
}
