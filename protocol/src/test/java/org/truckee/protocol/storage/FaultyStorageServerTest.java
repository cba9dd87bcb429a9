package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.truckee.protocol.http.ServerUnreachableException;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;

class FaultyStorageServerTest extends StorageServerContract {
    private final InMemoryStorageServer memory = new InMemoryStorageServer();
    private final FaultyStorageServer faulty = new FaultyStorageServer(memory);

    @Override
    protected StorageServer server() {
        return faulty;
    }

    @BeforeEach
    void putShare() {
        memory.setShare(ShareKind.IMMUTABLE, OTHER_INDEX, 0, "0123456789".getBytes(UTF_8));
    }

    private String read() throws IOException {
        try (var stream =
                faulty.read(ShareKind.IMMUTABLE, OTHER_INDEX, 0, 0, 100).orElseThrow()) {
            var text = new StringBuilder();
            var three = ByteBuffer.allocate(3);
            while (stream.read(three.clear()) >= 0) {
                text.append(UTF_8.decode(three.flip()));
            }
            return text.toString();
        }
    }

    @Test
    void onlyTheNamedCallIsStruck() throws IOException {
        faulty.inject(new Fault.Drop(Applied.NOT), Schedule.nth(2), Call.VERSION);
        faulty.version();
        faulty.list(ShareKind.IMMUTABLE, INDEX);
        assertThatThrownBy(faulty::version).isInstanceOf(IOException.class);
        faulty.version();
        assertThat(faulty.calls()).containsExactly(Call.VERSION, Call.LIST, Call.VERSION, Call.VERSION);
    }

    @Test
    void droppedBeforeItWasAppliedLeavesNothingAndAfterwardsSomething() {
        var write = new TestAndWrite.Write(0, ByteBuffer.wrap(new byte[1]));
        var change = Map.of(0, new TestAndWrite(List.of(), List.of(write), OptionalLong.empty()));
        faulty.inject(new Fault.Drop(Applied.NOT), Schedule.nth(1), Call.READ_TEST_WRITE);
        faulty.inject(new Fault.Drop(Applied.UNHEARD), Schedule.nth(2), Call.READ_TEST_WRITE);
        assertThatThrownBy(() -> faulty.readTestWrite(INDEX, ENABLER, LEASE, change, List.of()))
                .hasMessage("the connection was lost");
        assertThat(memory.list(ShareKind.MUTABLE, INDEX)).isEmpty();
        assertThatThrownBy(() -> faulty.readTestWrite(INDEX, ENABLER, LEASE, change, List.of()))
                .hasMessage("the connection was lost");
        assertThat(memory.list(ShareKind.MUTABLE, INDEX)).containsExactly(0);
    }

    @Test
    void refusedUntilHealed() throws IOException {
        faulty.inject(new Fault.Refuse(), Schedule.always());
        assertThatThrownBy(faulty::version).isInstanceOf(ServerUnreachableException.class);
        assertThatThrownBy(this::read).isInstanceOf(ServerUnreachableException.class);
        faulty.heal();
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void hangingCallIsLostWhenReleased() throws Exception {
        faulty.inject(new Fault.Hang(Applied.UNHEARD), Schedule.always(), Call.ALLOCATE);
        var outcome = new CompletableFuture<Throwable>();
        Thread.startVirtualThread(() -> {
            try {
                faulty.allocate(INDEX, Set.of(0), 1, UPLOAD, LEASE);
            } catch (IOException e) {
                outcome.complete(e);
            }
        });
        while (faulty.hanging() == 0) {
            Thread.onSpinWait();
        }
        assertThat(outcome).isNotDone();
        assertThat(memory.openUploads()).isOne();
        faulty.release();
        assertThat(outcome.get()).hasMessage("the connection was lost");
    }

    @Test
    void hangingCallEndsWithAnInterrupt() {
        faulty.inject(new Fault.Hang(Applied.NOT), Schedule.always());
        Thread.currentThread().interrupt();
        assertThatThrownBy(faulty::version).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void delayedCallWorks() throws IOException {
        faulty.inject(new Fault.Delay(Duration.ofNanos(1)), Schedule.always());
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void readIsShortenedFlippedAndCut() throws IOException {
        faulty.inject(new Fault.Shorten(4), Schedule.nth(1), Call.READ);
        faulty.inject(new Fault.Flip(8 * 5 + 1), Schedule.nth(2), Call.READ);
        faulty.inject(new Fault.Cut(7), Schedule.nth(3), Call.READ);
        faulty.inject(new Fault.Shorten(100), Schedule.nth(4), Call.READ);
        faulty.inject(new Fault.Flip(800), Schedule.nth(5), Call.READ);
        assertThat(read()).isEqualTo("0123");
        assertThat(read()).isEqualTo("0123476789");
        assertThatThrownBy(this::read).hasMessage("the connection was lost");
        assertThat(read()).isEqualTo("0123456789");
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void stalledReadGivesWhatCameAndThenNothing() throws IOException {
        faulty.inject(new Fault.Stall(4), Schedule.always(), Call.READ);
        try (var stream =
                faulty.read(ShareKind.IMMUTABLE, OTHER_INDEX, 0, 0, 100).orElseThrow()) {
            assertThat(stream.length()).isEqualTo(10);
            var four = ByteBuffer.allocate(4);
            stream.readFully(four);
            assertThat(four.array()).isEqualTo("0123".getBytes(UTF_8));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> stream.read(four.clear())).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void sameSeedStrikesTheSameCalls() {
        assertThat(struck(3)).isEqualTo(struck(3)).isNotEqualTo(struck(4)).hasSizeBetween(200, 400);
    }

    private static List<Integer> struck(long seed) {
        var schedule = Schedule.seeded(seed, 30);
        var struck = new ArrayList<Integer>();
        for (int call = 1; call <= 1000; call++) {
            if (schedule.strikes(call)) {
                struck.add(call);
            }
        }
        return struck;
    }
}
