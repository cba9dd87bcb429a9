package org.truckee.client.immutable;

import org.truckee.client.cap.Encoding;

/// How an immutable file is cut: into segments that are coded one by one, each into one block per share. Only the last
/// segment may be shorter; it is padded with zeros to a multiple of `required`. All sizes in bytes.
public record Segmentation(Encoding encoding, long size, int segmentBytes) {
    /// The default of Tahoe-LAFS since 1.19.
    public static final int DEFAULT_SEGMENT_BYTES = 1 << 20;

    public Segmentation {
        if (size < 1 || segmentBytes < 1 || segmentBytes % encoding.required() != 0) {
            throw new IllegalArgumentException(
                    "a file of " + size + " bytes cannot be cut into segments of " + segmentBytes + " for " + encoding);
        }
    }

    /// For writing: segments of at most `maxSegmentBytes`, rounded *up* to a multiple of `required`.
    public static Segmentation of(Encoding encoding, long size, int maxSegmentBytes) {
        return new Segmentation(encoding, size, (int) roundUp(Math.min(maxSegmentBytes, size), encoding.required()));
    }

    static long roundUp(long value, int multiple) {
        return Math.ceilDiv(value, multiple) * multiple;
    }

    public int segments() {
        return Math.toIntExact(Math.ceilDiv(size, segmentBytes));
    }

    /// Bytes of file in a segment.
    public int segmentLength(int segment) {
        return (int) Math.min(segmentBytes, size - segmentOffset(segment));
    }

    /// Where a segment begins in the file.
    public long segmentOffset(int segment) {
        return (long) segment * segmentBytes;
    }

    /// Bytes of every block of a segment.
    public int blockLength(int segment) {
        return Math.ceilDiv(segmentLength(segment), encoding.required());
    }

    /// Bytes of a block of a full segment.
    public int blockBytes() {
        return segmentBytes / encoding.required();
    }

    /// Where a segment's block begins in the blocks of a share.
    public long blockOffset(int segment) {
        return (long) segment * blockBytes();
    }

    /// Bytes of all blocks of a share.
    public long shareDataBytes() {
        return blockOffset(segments() - 1) + blockLength(segments() - 1);
    }

    /// Bytes of the last segment with its padding.
    long paddedTailBytes() {
        return (long) blockLength(segments() - 1) * encoding.required();
    }
}
