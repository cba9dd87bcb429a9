package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.sftp.Lane.Manner;

class LaneTest {
    private final Lane lane = new Lane();

    private static boolean isReady(Lane.Turn turn) throws InterruptedException {
        var thread = Thread.ofVirtual().start(() -> {
            try {
                turn.await();
            } catch (InterruptedException given) {
                Thread.currentThread().interrupt();
            }
        });
        boolean ended = thread.join(Duration.ofMillis(100));
        thread.interrupt();
        return ended;
    }

    @Test
    void looksRunSideBySideAndAChangeWaitsForThem() throws InterruptedException {
        var look = lane.queue(Manner.LOOKS);
        var another = lane.queue(Manner.LOOKS);
        var change = lane.queue(Manner.CHANGES);
        var late = lane.queue(Manner.LOOKS);
        look.await();
        another.await();
        assertThat(isReady(change)).isFalse();
        another.end();
        look.end();
        change.await();
        assertThat(isReady(late)).isFalse();
        change.end();
        late.await();
    }

    @Test
    void whatComesAfterTheEndNeedNotWaitForIt() throws InterruptedException {
        var change = lane.queue(Manner.CHANGES);
        var end = lane.queue(Manner.ENDS);
        var late = lane.queue(Manner.LOOKS);
        assertThat(isReady(late)).isFalse();
        change.end();
        end.await();
        late.await();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void changesHappenInTheOrderOfArrivalAndAlone(long seed) throws Exception {
        var random = new Random(seed);
        List<Integer> expected = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        var within = new AtomicInteger();
        var overlaps = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2000; i++) {
                int number = i;
                boolean changes = random.nextBoolean();
                if (changes) {
                    expected.add(number);
                }
                var turn = lane.queue(changes ? Manner.CHANGES : Manner.LOOKS);
                threads.submit(() -> {
                    turn.await();
                    if (changes) {
                        overlaps.addAndGet(within.getAndIncrement());
                        seen.add(number);
                        within.decrementAndGet();
                    }
                    turn.end();
                    return number;
                });
            }
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(overlaps).hasValue(0);
    }
}
