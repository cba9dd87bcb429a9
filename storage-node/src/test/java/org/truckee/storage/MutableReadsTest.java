package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.truckee.protocol.ByteStream;

class MutableReadsTest {
    /// A share of which no byte can be read.
    private static final class Unreadable implements ByteStream {
        private boolean open = true;

        @Override
        public long length() {
            return 10;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            throw new IOException("Input/output error");
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    @Test
    void shareThatCannotBeReadIsClosed() {
        var share = new Unreadable();
        var reads = new MutableReads(new IndexLocks());
        assertThatThrownBy(() -> reads.read(StorageFolder.index(1), share)).hasMessage("Input/output error");
        assertThat(share.isOpen()).isFalse();
    }
}
