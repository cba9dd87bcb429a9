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
import java.util.function.BooleanSupplier;

/// The memory in which the segments of all transfers of a process are coded: so many bytes, whatever the files' sizes
/// and number. Blocks are used again. Safe for use by any number of threads.
///
/// A reader that holds no segment gets one even if that is more, since others may keep theirs for long. A writer that
/// holds none waits until writers hold no more than half of the bytes, which they give back as they send; where they
/// send nothing for a while, the next one gets its segment all the same. Whoever waits for a further segment is
/// served in the order of asking, and so is who waits for a first.
public final class SegmentPool {
    private static final long MOST_BYTES = 64 << 20;

    /// Of the heap.
    private static final int PART = 4;

    /// How long writers may send nothing while another one waits to begin.
    private static final Duration STANDSTILL = Duration.ofSeconds(1);

    private final long bytes;

    /// Guards everything below and the accounts.
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<Account> waiting = new ArrayDeque<>();

    /// Writers that have not got their first segment; they come back for it until they have it or are closed.
    private final Deque<Account> beginning = new ArrayDeque<>();

    private long writersHold;

    /// When a writer gave something back, or began, by [System#nanoTime].
    private long movedAt = System.nanoTime();

    private final Map<Integer, Deque<byte[]>> spare = new HashMap<>();
    private long spareBytes;
    private long taken;

    public SegmentPool(long bytes) {
        this.bytes = bytes;
    }

    /// As much as is good for a process with such a heap.
    public static SegmentPool ofThisProcess() {
        return new SegmentPool(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / PART));
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

    /// For a download that begins.
    Account openReader() {
        return new Account(false);
    }

    /// For an upload that begins.
    Account openWriter() {
        return new Account(true);
    }

    /// What one transfer holds. Closing it gives all of it back.
    final class Account implements AutoCloseable {
        private final boolean writes;
        private int segments;
        private long held;
        private boolean closed;

        private Account(boolean writes) {
            this.writes = writes;
        }

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
                changeHeld(wanted);
                return Optional.of(new SegmentBuffers(this, arrays(blocks, blockBytes)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for memory");
            } finally {
                lock.unlock();
            }
        }

        private boolean await(long wanted, long nanos) throws InterruptedException {
            if (segments == 0) {
                return !writes || awaitFirst(wanted, nanos);
            }
            waiting.add(this);
            try {
                return await(() -> waiting.peek() == this && taken + wanted <= bytes, nanos);
            } finally {
                waiting.remove(this);
                changed.signalAll();
            }
        }

        private boolean awaitFirst(long wanted, long nanos) throws InterruptedException {
            if (!beginning.contains(this)) {
                beginning.add(this);
            }
            boolean room = await(() -> beginning.peek() == this && mayBegin(wanted), nanos);
            if (room) {
                beginning.remove(this);
                movedAt = System.nanoTime();
                changed.signalAll();
            }
            return room;
        }

        private boolean await(BooleanSupplier room, long nanos) throws InterruptedException {
            long left = nanos;
            while (!closed && !room.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        }

        private void changeHeld(long more) {
            held += more;
            taken += more;
            writersHold += writes ? more : 0;
        }

        /// Takes a segment back.
        void giveBack(byte[][] blocks) {
            lock.lock();
            try {
                if (closed) {
                    return; // it was given back with all others, and somebody may still be reading it
                }
                segments--;
                changeHeld(-(long) blocks.length * blocks[0].length);
                movedAt = writes ? System.nanoTime() : movedAt;
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
                changeHeld(-held);
                beginning.remove(this);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean mayBegin(long wanted) {
        return writersHold == 0
                || writersHold + wanted <= bytes / 2
                || System.nanoTime() - movedAt > STANDSTILL.toNanos();
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
