package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.truckee.client.cap.Encoding;

@Timeout(60)
class SegmentCacheTest {
    private static final int SEGMENT_BYTES = 999;
    private static final int SEGMENTS = 50;
    private static final int PIECE_BYTES = 250;

    private final byte[] contents = new byte[SEGMENTS * SEGMENT_BYTES];
    private final Segmentation segmentation = Segmentation.of(new Encoding(3, 10), contents.length, SEGMENT_BYTES);
    private final List<Integer> loaded = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    SegmentCacheTest() {
        new Random(1).nextBytes(contents);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private SegmentCache cache(int segmentsInMemory) {
        var memory = new SegmentPool((long) segmentsInMemory * SEGMENT_BYTES);
        return new SegmentCache(memory.openReader(), threads, (segment, target) -> {
            loaded.add(segment);
            System.arraycopy(contents, segment * SEGMENT_BYTES, target, 0, SEGMENT_BYTES);
        });
    }

    /// Reads as doors do: in pieces that are smaller than segments.
    private void readInPieces(SegmentCache cache, int segment) throws IOException {
        for (int from = 0; from < SEGMENT_BYTES; from += PIECE_BYTES) {
            var piece = new byte[Math.min(PIECE_BYTES, SEGMENT_BYTES - from)];
            cache.copy(segmentation, segment, from, piece, 0, piece.length);
            int at = segment * SEGMENT_BYTES + from;
            assertThat(piece).isEqualTo(Arrays.copyOfRange(contents, at, at + piece.length));
        }
    }

    @Test
    void whoReadsOnHasEverySegmentLoadedOnce() throws Exception {
        try (var cache = cache(100)) {
            for (int segment = 0; segment < SEGMENTS; segment++) {
                readInPieces(cache, segment);
            }
        }
        assertThat(loaded)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, SEGMENTS).boxed().toList());
    }

    @Test
    void withLittleMemoryEverythingIsReadToo() throws Exception {
        try (var cache = cache(2)) {
            for (int segment = 0; segment < SEGMENTS; segment++) {
                readInPieces(cache, segment);
            }
        }
    }

    @Test
    void whoJumpsHasNothingLoadedThatHeDoesNotRead() throws Exception {
        var random = new Random(1);
        List<Integer> read = IntStream.generate(() -> 3 * random.nextInt(SEGMENTS / 3))
                .distinct()
                .limit(10)
                .boxed()
                .toList();
        try (var cache = cache(100)) {
            for (int segment : read) {
                readInPieces(cache, segment);
            }
        }
        assertThat(loaded).hasSizeLessThanOrEqualTo(read.size() + 1);
    }
}
