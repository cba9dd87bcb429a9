package org.truckee.client.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

@Timeout(30)
class LineTest {
    private static final StorageIndex SOME = new StorageIndex(new byte[16]);
    private final MemoryGrid grid = new MemoryGrid(3);
    private final GridServer first = grid.all().getFirst();

    @AfterEach
    void close() {
        grid.close();
    }

    private Set<Integer> ask(GridServer server) throws IOException {
        return server.storage().list(ShareKind.IMMUTABLE, SOME);
    }

    @Test
    void serverSilentOnAllRequestsIsFrozenAndAskedNothingMore() {
        grid.faulty(0).inject(new Fault.Hang(Applied.NOT), Schedule.always());
        assertThatThrownBy(() -> ask(first)).isInstanceOf(FrozenServerException.class);
        assertThat(first.isFrozen()).isTrue();
        int asked = grid.faulty(0).calls().size();
        assertThatThrownBy(() -> ask(first))
                .isInstanceOf(FrozenServerException.class)
                .hasMessageMatching(
                        "server 0 \\(.*\\) is frozen: connected, and silent even when asked for its version");
        assertThat(grid.faulty(0).calls()).hasSize(asked);
    }

    @Test
    void serverIsFrozenAlsoIfMostOthersAre() {
        try (var most = new MemoryGrid(6)) {
            for (int i = 0; i < 5; i++) {
                most.faulty(i).inject(new Fault.Hang(Applied.NOT), Schedule.always());
            }
            for (int i = 0; i < 5; i++) {
                GridServer silent = most.all().get(i);
                assertThatThrownBy(() -> ask(silent)).isInstanceOf(FrozenServerException.class);
            }
        }
    }

    @Test
    void frozenServerThatSaysItsVersionIsUsedAgain() throws IOException {
        grid.faulty(0).inject(new Fault.Hang(Applied.NOT), Schedule.always());
        assertThatThrownBy(() -> ask(first)).isInstanceOf(FrozenServerException.class);
        grid.faulty(0).heal();
        assertThat(first.storage().version().application()).isEqualTo("memory");
        assertThat(first.isFrozen()).isFalse();
        assertThat(ask(first)).isEmpty();
    }

    @Test
    void serverThatIsSlowAndSaysItsVersionIsBusyNotFrozen() throws IOException {
        grid.faulty(0).inject(new Fault.Delay(Duration.ofMillis(500)), Schedule.nth(1), Call.LIST);
        assertThat(ask(first)).isEmpty();
        assertThat(first.isFrozen()).isFalse();
    }

    @Test
    void nobodyIsFrozenWhileNobodyAnswers() throws IOException {
        for (int i = 0; i < 3; i++) {
            grid.faulty(i).inject(new Fault.Delay(Duration.ofMillis(500)), Schedule.always());
        }
        assertThat(ask(first)).isEmpty();
        assertThat(grid.connected()).hasSize(3);
    }

    @Test
    void interruptThatEndedACallEndsNothingElse() {
        grid.faulty(0).inject(new Fault.Hang(Applied.NOT), Schedule.always());
        assertThatThrownBy(() -> ask(first)).isInstanceOf(FrozenServerException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
