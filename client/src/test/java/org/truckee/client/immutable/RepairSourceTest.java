package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

class RepairSourceTest {
    /// A ciphertext of which one bit is another than when the file was stored.
    private record Changed(CiphertextSource original) implements CiphertextSource {
        @Override
        public StorageIndex storageIndex() {
            return original.storageIndex();
        }

        @Override
        public Segmentation segmentation() {
            return original.segmentation();
        }

        @Override
        public void read(long offset, byte[] target, int at, int length) throws IOException {
            original.read(offset, target, at, length);
            target[at] ^= 1;
        }
    }

    @Test
    void noShareOfAnotherFileIsCompleted() throws IOException {
        try (var grid = new MemoryGrid(10);
                var client = new Client(grid)) {
            var file = Client.file(Client.contents(1000));
            ChkVerifyCap cap = client.upload(file, 10).cap();
            for (var server : grid.servers().subList(0, 5)) {
                for (int share : server.list(ShareKind.IMMUTABLE, cap.storageIndex())) {
                    server.setShare(ShareKind.IMMUTABLE, cap.storageIndex(), share, new byte[0]);
                }
            }
            assertThatThrownBy(() -> client.repair(new Changed(file), cap))
                    .hasMessage("the file " + cap.storageIndex()
                            + " cannot be repaired: coded again it has another hash than its capability says");
            for (var server : grid.servers().subList(0, 5)) {
                assertThat(server.list(ShareKind.IMMUTABLE, cap.storageIndex())).isEmpty();
                assertThat(server.openUploads()).isZero();
            }
            assertThat(Matching.happiness(client.repair(file, cap).holders())).isEqualTo(10);
        }
    }
}
