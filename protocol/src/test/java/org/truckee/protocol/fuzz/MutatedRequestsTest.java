package org.truckee.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.protocol.storage.InMemoryStorageServer;

class MutatedRequestsTest extends MutatedRequestsContract {
    private final InMemoryStorageServer memory = new InMemoryStorageServer();

    static LongStream seeds() {
        return MutatedRequestsContract.configuredSeeds();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void serverWithstandsThem(long seed) throws IOException {
        memory.setRoom(8 << 20);
        withstands(memory, seed, "memory");
    }

    @Test
    @SuppressWarnings("CheckReturnValue") // it is to be forgotten
    void forgottenBufferIsSeen() {
        var watch = new LeakWatch();
        ByteBufAllocator.DEFAULT.buffer();
        assertThat(watch.leaks()).isNotEmpty();
        assertThatThrownBy(watch::close).isInstanceOf(AssertionError.class);
    }
}
