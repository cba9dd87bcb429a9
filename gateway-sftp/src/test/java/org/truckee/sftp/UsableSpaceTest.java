package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.Encoding;
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
}
