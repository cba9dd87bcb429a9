package org.truckee.client.immutable;

import org.truckee.crypto.Tag;
import org.truckee.hashing.Message;

/// What is hashed of a segment: its ciphertext, which stands in its primary blocks, and each block.
final class SegmentMessages {
    private static final byte[] CIPHERTEXT = Tag.CIPHERTEXT_SEGMENT.prefix();
    private static final byte[] BLOCK = Tag.BLOCK.prefix();

    private SegmentMessages() {}

    /// Blocks behind the primary ones are not looked at.
    static Message ciphertext(Segmentation segmentation, int segment, byte[][] blocks) {
        return Message.of(CIPHERTEXT, blocks, segmentation.blockLength(segment), segmentation.segmentLength(segment));
    }

    static Message block(Segmentation segmentation, int segment, byte[] block) {
        return Message.of(BLOCK, block, segmentation.blockLength(segment));
    }
}
