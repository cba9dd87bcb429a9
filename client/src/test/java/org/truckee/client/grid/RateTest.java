package org.truckee.client.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.protocol.ByteStream;

@Timeout(20)
class RateTest {
    /// Faster than the rate cannot be explained by a slow machine.
    private static void takesAtLeast(Duration least, Runnable work) {
        long start = System.nanoTime();
        work.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(least);
    }

    private static void take(Rate rate, int bytes) {
        try {
            rate.take(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void allWhoShareARateTakeNoMoreTogether() {
        Rate rate = Rate.of(100_000);
        takesAtLeast(Duration.ofMillis(350), () -> {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 50; i++) {
                    threads.execute(() -> take(rate, 1000));
                }
            }
        });
    }

    @Test
    void writesAndReadsOfSharesPassAtTheRatesOfTheLine() throws IOException {
        try (var grid = new MemoryGrid(1, Rate.of(100_000), Rate.of(200_000))) {
            var server = grid.all().getFirst();
            var si = new StorageIndex(new byte[16]);
            var secret = new LeaseSecret(new byte[32]);
            var upload = secret.uploadSecret(new byte[16], si, server.tubId());
            server.storage().allocate(si, Set.of(0), 60_000, upload, secret.leaseSecrets(si, server.tubId()));
            takesAtLeast(Duration.ofMillis(400), () -> write(server, si, upload));
            takesAtLeast(Duration.ofMillis(150), () -> read(server, si));
        }
    }

    private static void write(GridServer server, StorageIndex si, UploadSecret upload) {
        try {
            server.storage().write(si, 0, upload, 0, ByteStream.of(new byte[60_000]));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void read(GridServer server, StorageIndex si) {
        try {
            assertThat(server.share(si, 0).read(0, 60_000)).hasSize(60_000);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
