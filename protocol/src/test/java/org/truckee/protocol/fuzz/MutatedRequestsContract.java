package org.truckee.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.Bounds.Rate;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.StorageServer;

/// A storage server takes mutated requests. How many and from which seed on can be set: `-Dmutated.requests=100000
/// -Dmutated.seed=1`.
public abstract class MutatedRequestsContract {
    private static final int REQUESTS = Integer.getInteger("mutated.requests", 10_000);

    /// Everything comes from one address, and what is wrong with most of it is not the number.
    private static final Bounds WIDE = new Bounds(
            100,
            new Rate(1_000_000, 1_000_000),
            new Rate(1_000_000, 1_000_000),
            16 << 10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            0,
            Duration.ofSeconds(10),
            Integer.MAX_VALUE);

    protected static LongStream configuredSeeds() {
        return LongStream.of(Long.getLong("mutated.seed", 1));
    }

    /// Writes what was answered to `target/mutated-requests-NAME.txt`.
    protected static void withstands(StorageServer server, long seed, String name) throws IOException {
        try (var _ = new LeakWatch();
                var front = new HttpsFront(server, WIDE)) {
            var requests = new MutatedRequests(front.port(), seed);
            requests.send(REQUESTS);
            Files.writeString(Path.of("target", "mutated-requests-" + name + ".txt"), requests.toString());
            requests.checkSpread();
            assertThat(front.server().version().application()).isNotEmpty();
        }
    }
}
