package org.truckee.sftp;

import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;

/// The order of the requests on one open handle, or about one name: those that change it run alone and in the order
/// of their arrival, those that only look run side by side between them.
final class Lane {
    /// What a request does to the others of its handle.
    enum Manner {
        /// Runs beside others of its kind, after all changes that came before it.
        LOOKS,
        /// Runs after all that came before it, and before all that come after it.
        CHANGES,
        /// Runs after all that came before it; what comes after it need not wait, since the handle is gone.
        ENDS
    }

    /// A place in the order.
    final class Turn {
        private final Manner manner;
        private final CountDownLatch ready = new CountDownLatch(1);

        private Turn(Manner manner) {
            this.manner = manner;
        }

        /// Waits until it is this one's turn.
        void await() throws InterruptedException {
            ready.await();
        }

        /// Lets others have theirs; to be called once, whatever happened, after [#await].
        void end() {
            ended(this);
        }
    }

    /// This and the counts are guarded by the lane's monitor.
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();

    private int running;
    private boolean occupied;

    private final ReadOrder reads = new ReadOrder();

    /// The order in which its reads are answered.
    ReadOrder reads() {
        return reads;
    }

    /// Takes a place behind those that were taken before.
    synchronized Turn queue(Manner manner) {
        var turn = new Turn(manner);
        waiting.add(turn);
        startWhatCan();
        return turn;
    }

    /// Whether nobody has a place.
    synchronized boolean isIdle() {
        return waiting.isEmpty() && running == 0;
    }

    private void startWhatCan() {
        while (!waiting.isEmpty() && !occupied && (running == 0 || waiting.getFirst().manner == Manner.LOOKS)) {
            Turn turn = waiting.remove();
            if (turn.manner != Manner.ENDS) {
                running++;
                occupied = turn.manner == Manner.CHANGES;
            }
            turn.ready.countDown();
        }
    }

    private synchronized void ended(Turn turn) {
        if (turn.manner != Manner.ENDS) {
            running--;
            occupied = false;
            startWhatCan();
        }
    }
}
