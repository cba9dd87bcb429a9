package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.grid.ServerStatus.Connected;
import org.truckee.protocol.storage.ServerVersion;
import org.truckee.sftp.UsableSpace.Disk;

class UsableSpaceTest {
    private static final Encoding TWO_OF_FIVE = new Encoding(2, 5);

    @Test
    void fiveNodesOnOneDiskHaveItsSpaceOnce() {
        assertThat(UsableSpace.forFiles(List.of(new Disk(1000, 5)), TWO_OF_FIVE, 3))
                .isEqualTo(400);
    }

    @Test
    void fiveDisksCountTogether() {
        var disk = new Disk(1000, 1);
        assertThat(UsableSpace.forFiles(List.of(disk, disk, disk, disk, disk), TWO_OF_FIVE, 3))
                .isEqualTo(2000);
    }

    @Test
    void oneSmallDiskDoesNotMakeRoomForAllShares() {
        var large = new Disk(1_000_000, 1);
        assertThat(UsableSpace.forFiles(List.of(large, large, large, large, new Disk(10, 1)), TWO_OF_FIVE, 3))
                .isEqualTo(20);
    }

    @Test
    void fewerServersThanSharesKeepSeveralEach() {
        var disk = new Disk(1000, 1);
        assertThat(UsableSpace.forFiles(List.of(disk, disk, disk), TWO_OF_FIVE, 3))
                .isEqualTo(1200);
    }

    @Test
    void withFewerServersThanAnUploadNeedsThereIsNoRoom() {
        var disk = new Disk(1000, 1);
        assertThat(UsableSpace.forFiles(List.of(disk, disk), TWO_OF_FIVE, 3)).isEqualTo(0);
    }

    private static ServerStatus server(GridServer server, Optional<String> filesystem, long free) {
        var version = new ServerVersion("truckee", Long.MAX_VALUE, Long.MAX_VALUE, free);
        return new ServerStatus(
                server,
                "truckee",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                filesystem,
                false,
                Optional.empty(),
                new Connected(version, Duration.ZERO));
    }

    @Test
    void serversOnOneDiskAreOneDiskAndThoseThatTakeNothingNone() {
        try (var grid = new MemoryGrid(5)) {
            List<GridServer> servers = grid.all();
            var disks = UsableSpace.disks(List.of(
                    server(servers.get(0), Optional.of("disk"), 1000),
                    server(servers.get(1), Optional.of("disk"), 900),
                    server(servers.get(2), Optional.of("other"), 500),
                    server(servers.get(3), Optional.empty(), 70),
                    server(servers.get(4), Optional.empty(), 0)));
            assertThat(disks).containsExactlyInAnyOrder(new Disk(900, 2), new Disk(500, 1), new Disk(70, 1));
        }
    }
}
