package org.truckee.sftp;

import java.util.concurrent.CountDownLatch;

/// The order of the reads on one file: they run side by side and are answered as they came. The `scp` of OpenSSH
/// before 9.4 cuts a file where one answer overtakes another, and says nothing.
///
/// They also get their memory in this order, so that the first one never waits for what those behind it hold.
final class ReadOrder {
    /// A place in the order, behind another one's.
    static final class Place {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Place before;

        private Place() {
            this.before = this;
        }

        private Place(Place before) {
            this.before = before;
        }

        /// Waits until the one before has its memory.
        void awaitBegin() throws InterruptedException {
            if (before != this) {
                before.began.await();
            }
        }

        /// It has its memory.
        void began() {
            began.countDown();
        }

        /// Waits until the one before is answered.
        void awaitEnd() throws InterruptedException {
            if (before != this) {
                before.ended.await();
            }
        }

        /// It is answered, or never will be.
        void ended() {
            began.countDown();
            ended.countDown();
            before = this; // who came long ago is not remembered
        }
    }

    /// Guarded by this object's monitor.
    private Place last = ended(new Place());

    /// A place that is behind nobody's.
    static Place anywhere() {
        return new Place();
    }

    private static Place ended(Place place) {
        place.ended();
        return place;
    }

    /// The place behind all that were given before.
    synchronized Place next() {
        last = new Place(last);
        return last;
    }
}
