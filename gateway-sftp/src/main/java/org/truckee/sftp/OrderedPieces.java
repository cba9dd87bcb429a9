package org.truckee.sftp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Has the pieces of a file worked on beside whoever writes them, one after the other in the order in which they
/// came. Who is too far ahead waits. There is a thread only while there is work.
final class OrderedPieces {
    /// Bytes that may wait: a few writes of OpenSSH.
    private static final int MOST_WAITING = 256 << 10;

    /// Bytes that nobody changes any more.
    @SuppressWarnings("ArrayRecordComponent") // pieces are never compared
    record Piece(byte[] data, int from, int length) {}

    private final Consumer<Piece> work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition less = lock.newCondition();

    /// This and what follows is guarded by the lock.
    private final Deque<Piece> waiting = new ArrayDeque<>();

    private int waitingBytes;
    private boolean working;

    OrderedPieces(Consumer<Piece> work) {
        this.work = work;
    }

    void add(Piece piece) {
        lock.lock();
        try {
            while (waitingBytes >= MOST_WAITING) {
                less.awaitUninterruptibly();
            }
            waiting.add(piece);
            waitingBytes += piece.length();
            if (!working) {
                working = true;
                Thread.startVirtualThread(this::workOff);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns when the work on all that was added is done.
    void finish() {
        lock.lock();
        try {
            while (working) {
                less.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void workOff() {
        while (true) {
            Piece piece;
            lock.lock();
            try {
                piece = waiting.poll();
                working = piece != null;
                waitingBytes -= piece == null ? 0 : piece.length();
                less.signalAll();
            } finally {
                lock.unlock();
            }
            if (piece == null) {
                return;
            }
            work.accept(piece);
        }
    }
}
