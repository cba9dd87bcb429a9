package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The memory in which the segments of all transfers of a process are coded: so many bytes, whatever the files' sizes
/// and number. A transfer that holds no segment gets one even if that is more; whoever waits for a further one is
/// served in the order of asking. Blocks are used again. Safe for use by any number of threads.
public final class SegmentPool {
    private final long bytes;

    /// Guards everything below and the accounts.
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<Account> waiting = new ArrayDeque<>();
    private final Map<Integer, Deque<byte[]>> spare = new HashMap<>();
    private long spareBytes;
    private long taken;

    public SegmentPool(long bytes) {
        this.bytes = bytes;
    }

    /// Bytes that transfers hold at the moment.
    public long taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// For a transfer that begins.
    Account open() {
        return new Account();
    }

    /// What one transfer holds. Closing it gives all of it back.
    final class Account implements AutoCloseable {
        private int segments;
        private long held;
        private boolean closed;

        private Account() {}

        /// `blocks` arrays of `blockBytes` each, with anything in them, once there is room; empty if there is none
        /// for so long.
        ///
        /// @throws IOException if the account is closed
        Optional<SegmentBuffers> take(int blocks, int blockBytes, Duration patience) throws IOException {
            long wanted = (long) blocks * blockBytes;
            lock.lock();
            try {
                boolean room = await(wanted, patience.toNanos());
                if (closed) {
                    throw new IOException("the transfer is over");
                }
                if (!room) {
                    return Optional.empty();
                }
                segments++;
                held += wanted;
                taken += wanted;
                return Optional.of(new SegmentBuffers(this, arrays(blocks, blockBytes)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for memory");
            } finally {
                lock.unlock();
            }
        }

        private boolean await(long wanted, long nanos) throws InterruptedException {
            if (segments == 0 || closed) {
                return true;
            }
            waiting.add(this);
            try {
                long left = nanos;
                while (!closed && (waiting.peek() != this || taken + wanted > bytes)) {
                    if (left <= 0) {
                        return false;
                    }
                    left = changed.awaitNanos(left);
                }
                return true;
            } finally {
                waiting.remove(this);
                changed.signalAll();
            }
        }

        /// Takes a segment back.
        void giveBack(byte[][] blocks) {
            lock.lock();
            try {
                if (closed) {
                    return; // it was given back with all others, and somebody may still be reading it
                }
                segments--;
                held -= (long) blocks.length * blocks[0].length;
                taken -= (long) blocks.length * blocks[0].length;
                keep(blocks);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                taken -= held;
                held = 0;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private byte[][] arrays(int blocks, int blockBytes) {
        Deque<byte[]> fitting = spare.getOrDefault(blockBytes, new ArrayDeque<>());
        var arrays = new byte[blocks][];
        for (int i = 0; i < blocks; i++) {
            byte[] used = fitting.poll();
            spareBytes -= used == null ? 0 : blockBytes;
            arrays[i] = used == null ? new byte[blockBytes] : used;
        }
        if (taken + spareBytes > bytes) {
            spare.clear(); // of other lengths: files change, the bound stays
            spareBytes = 0;
        }
        return arrays;
    }

    private void keep(byte[][] blocks) {
        for (byte[] block : blocks) {
            if (taken + spareBytes + block.length <= bytes) {
                spare.computeIfAbsent(block.length, _ -> new ArrayDeque<>()).push(block);
                spareBytes += block.length;
            }
        }
    }
}
