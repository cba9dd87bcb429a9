package org.truckee.client.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfer.Placement;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.client.grid.Transfer.State;
import org.truckee.client.grid.Transfers.Totals;

class TransfersTest {
    private Instant now = Instant.ofEpochSecond(1_000);
    private final Transfers transfers = new Transfers(() -> now);

    private void wait(int seconds) {
        now = now.plusSeconds(seconds);
    }

    @Test
    void runningTransferShowsItsRateOfLate() {
        var upload = transfers.begin(Kind.UPLOAD, 1000, "direct");
        wait(10);
        upload.moved(100);
        wait(4);
        upload.moved(200);
        var progress = transfers.uploads().getFirst();
        assertThat(progress.bytes()).isEqualTo(300);
        assertThat(progress.bytesPerSecond()).isEqualTo(50);
        assertThat(progress.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void finishedTransferStaysWithItsOwnRateAndReason() {
        var upload = transfers.begin(Kind.UPLOAD, 1000, "direct");
        upload.moved(1000);
        wait(4);
        upload.succeed();
        transfers.begin(Kind.UPLOAD, 5, "direct").fail("nobody is there");
        wait(100);
        assertThat(transfers.uploads()).extracting(Transfer.Progress::state).containsExactly(State.FAILED, State.DONE);
        assertThat(transfers.uploads().getFirst().reason()).isEqualTo(Optional.of("nobody is there"));
        assertThat(transfers.uploads().getLast().bytesPerSecond()).isEqualTo(250);
        assertThat(transfers.totals()).isEqualTo(new Totals(1000, 0, 1, 1, Duration.ofSeconds(4)));
    }

    @Test
    void placementTellsEveryShareOnce() {
        try (var grid = new MemoryGrid(1)) {
            var server = grid.all().getFirst();
            var upload = transfers.begin(Kind.UPLOAD, 1000, "direct");
            upload.share(3, server, ShareState.MOVING, 100);
            upload.share(3, server, ShareState.STORED, 20);
            assertThat(upload.progress().placement())
                    .containsExactly(new Placement(3, server.toString(), ShareState.STORED, 120));
        }
    }

    @Test
    void onlyAFewOfThoseThatAreOverAreKept() {
        for (int i = 0; i < 60; i++) {
            transfers.begin(Kind.DOWNLOAD, i, "direct").succeed();
        }
        transfers.begin(Kind.UPLOAD, 1, "direct").succeed();
        assertThat(transfers.downloads()).hasSize(50).first().extracting("size").isEqualTo(59L);
        assertThat(transfers.uploads()).hasSize(1);
    }
}
