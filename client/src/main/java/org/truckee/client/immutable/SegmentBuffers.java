package org.truckee.client.immutable;

import java.util.concurrent.atomic.AtomicInteger;

/// The blocks of one segment in memory of a [SegmentPool], which gets it back when the last of those who share it
/// lets go. Arrays may be longer than the blocks.
final class SegmentBuffers {
    private final SegmentPool.Account account;
    private final byte[][] blocks;

    /// At first whoever took it is alone.
    private final AtomicInteger sharers = new AtomicInteger(1);

    SegmentBuffers(SegmentPool.Account account, byte[][] blocks) {
        this.account = account;
        this.blocks = blocks;
    }

    /// One array per block, to be filled.
    byte[][] blocks() {
        return blocks;
    }

    /// One more holds on to it.
    void retain() {
        sharers.incrementAndGet();
    }

    /// One of those who held on to it lets go.
    void release() {
        if (sharers.decrementAndGet() == 0) {
            account.giveBack(blocks);
        }
    }
}
