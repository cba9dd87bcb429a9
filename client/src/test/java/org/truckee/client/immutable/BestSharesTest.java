package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.MemoryGrid;

/// What is read is the number of the share, at once and by whoever asks for it: all that are asked answer together.
class BestSharesTest {
    private static final int NEEDED = 3;

    private final ExecutorService atOnce = ImmediateEventExecutor.INSTANCE;
    private final MemoryGrid grid = new MemoryGrid(10);
    private final Client client = new Client(grid);
    private BestShares<Integer> best;

    @BeforeEach
    void upload() throws IOException {
        ChkVerifyCap cap = client.upload(Client.file(Client.contents(100)), 10).cap();
        var shares = new FoundShares(grid, new ProvenHashes(cap), atOnce);
        shares.lookAgain();
        best = new BestShares<>(
                shares, atOnce, new Advisories(cap.storageIndex(), atOnce), NEEDED, 1, FoundShare::share);
    }

    @AfterEach
    void close() {
        client.close();
        grid.close();
    }

    @Test
    void noMoreAreGivenThanAreNeededWhenMoreAnswerTogether() throws IOException {
        assertThat(best.get(NEEDED + 2, false)).hasSize(NEEDED);
    }

    @Test
    void whatWasRefusedIsReplacedByAnotherShare() throws IOException {
        Set<Integer> first = best.get(NEEDED, false).keySet();
        int refused = first.iterator().next();
        best.refuse(refused, new IOException("it is wrong"));

        Set<Integer> kept = new HashSet<>(first);
        kept.remove(refused);
        assertThat(best.get(NEEDED, false).keySet())
                .hasSize(NEEDED)
                .containsAll(kept)
                .doesNotContain(refused);
    }
}
