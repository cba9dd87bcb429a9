package org.truckee.client.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class KeyPoolTest {
    /// More of them than the pool keeps, at the same time.
    @Test
    void nobodyGetsAKeyThatAnotherGot() throws Exception {
        try (var pool = new KeyPool(2, new SecureRandom());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<ByteBuffer> take = () -> ByteBuffer.wrap(pool.take().toBytes());
            var keys = new HashSet<ByteBuffer>();
            for (var taken : threads.invokeAll(Collections.nCopies(6, take))) {
                keys.add(taken.get());
            }
            assertThat(keys).hasSize(6);
        }
    }

    @Test
    void aPoolThatIsClosedGivesKeysStill() {
        var never = new KeyPool(2, new SecureRandom());
        never.close();
        assertThat(never.take().toBytes()).isNotEmpty();
        var used = new KeyPool(2, new SecureRandom());
        used.take();
        used.close();
        for (int i = 0; i < 3; i++) { // the two that may be ready, and one that is not
            assertThat(used.take().toBytes()).isNotEmpty();
        }
    }
}
