package org.truckee.sftp;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/// The order of the requests on one open handle: those that change it run alone and in the order of their arrival,
/// those that only read run side by side between them.
final class Lane {
    private record Task(Runnable work, boolean alone) {}

    private final Executor threads;

    /// This and the counts are guarded by the lane's monitor.
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();

    private int running;
    private boolean occupied;

    Lane(Executor threads) {
        this.threads = threads;
    }

    /// Runs `work` beside other reads.
    void read(Runnable work) {
        submit(new Task(work, false));
    }

    /// Runs `work` when all that came before is done, and nothing beside it.
    void alone(Runnable work) {
        submit(new Task(work, true));
    }

    private synchronized void submit(Task task) {
        waiting.add(task);
        startWhatCan();
    }

    private void startWhatCan() {
        while (!waiting.isEmpty()
                && !occupied
                && (running == 0 || !waiting.getFirst().alone())) {
            Task task = waiting.remove();
            running++;
            occupied = task.alone();
            threads.execute(() -> run(task));
        }
    }

    private void run(Task task) {
        try {
            task.work().run();
        } finally {
            finished();
        }
    }

    private synchronized void finished() {
        running--;
        occupied = false;
        startWhatCan();
    }
}
