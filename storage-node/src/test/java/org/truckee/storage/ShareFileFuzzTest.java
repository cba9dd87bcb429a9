package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.fuzz.Fuzz;

@Timeout(60)
class ShareFileFuzzTest {
    /// Share files that a Tahoe-LAFS server kept, immutable and mutable.
    private static final Path FIXTURES = Path.of("../interop/fixtures/shares/s1");

    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void mutatedContainerIsReadAndLeasedInBoundedMemory(long seed) throws IOException {
        List<byte[]> originals;
        try (Stream<Path> files = Files.walk(FIXTURES)) {
            originals = files.filter(Files::isRegularFile)
                    .map(ShareFileFuzzTest::bytes)
                    .filter(bytes -> bytes.length < 5000)
                    .toList();
        }
        Path path = folder.resolve("0");
        Fuzz.run(seed, 3000, originals, 1000, IOException.class, bytes -> {
            Files.write(path, bytes);
            try (var file = ShareFile.open(path)) {
                file.leases();
                file.renewal(new LeaseSecrets(new byte[32], new byte[32]), Instant.EPOCH);
                var all = ByteBuffer.allocate(8192);
                while (all.hasRemaining() && file.read(all.position(), all) >= 0) {
                    // to the end
                }
            }
        });
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
