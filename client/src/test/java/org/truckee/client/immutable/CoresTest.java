package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CoresTest {
    @Test
    void workThatDidNotBeginBeforeTheCloseFailsWithASentence() throws Exception {
        var cores = new Cores(1);
        var busy = new CountDownLatch(1);
        var first = new FutureTask<>(() -> cores.run(() -> {
            busy.countDown();
            new CountDownLatch(1).await();
            return 1;
        }));
        var second = new FutureTask<>(() -> cores.run(() -> 2));
        Thread.ofVirtual().start(first);
        busy.await();
        Thread waiting = Thread.ofVirtual().start(second);
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        cores.close();
        assertThatThrownBy(first::get).hasRootCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(second::get)
                .hasRootCauseInstanceOf(CancellationException.class)
                .hasMessageContaining("the gateway is being closed");
        assertThatThrownBy(() -> cores.run(() -> 3))
                .isInstanceOf(IOException.class)
                .hasMessage("the gateway is being closed");
    }
}
