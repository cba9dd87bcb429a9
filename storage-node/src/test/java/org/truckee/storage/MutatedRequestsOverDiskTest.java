package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.crypto.TubId;
import org.truckee.protocol.fuzz.MutatedRequestsContract;

class MutatedRequestsOverDiskTest extends MutatedRequestsContract {
    @TempDir
    Path folder;

    static LongStream seeds() {
        return MutatedRequestsContract.configuredSeeds();
    }

    private DiskStorageServer open() throws IOException {
        return DiskStorageServer.open(
                StorageOptions.unlimited(
                        folder.resolve("storage"), folder.resolve("storage.marker"), new TubId(new byte[TubId.BYTES])),
                InstantSource.system());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void serverWithstandsThem(long seed) throws IOException {
        try (var disk = open()) {
            withstands(disk, seed, "disk");
        }
        open().close();
        // after a clean stop: shares and what was reported of them, and no upload that nobody goes on with
        try (Stream<Path> files = Files.walk(folder.resolve("storage"))) {
            List<String> stray = files.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("storage").relativize(file).toString())
                    .filter(name -> !name.matches("shares/[a-z2-7]{2}/[a-z2-7]{26}/[0-9]{1,9}"))
                    .filter(name -> !name.startsWith("corruption-advisories/"))
                    .toList();
            assertThat(stray).containsExactlyInAnyOrder("crawler.json", "truckee-node");
        }
    }
}
