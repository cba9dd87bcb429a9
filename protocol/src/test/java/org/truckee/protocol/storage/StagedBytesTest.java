package org.truckee.protocol.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.protocol.storage.StagedBytes.NoRoomException;
import org.truckee.protocol.storage.StagedBytes.Piece;

class StagedBytesTest {
    @TempDir
    Path folder;

    private final Semaphore heap = new Semaphore(2 << 20);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void everyByteStringComesBackAndAtMostAMegabyteStaysInHeap(int seed) throws IOException {
        var random = new Random(seed);
        try (var staged = new StagedBytes(folder, heap)) {
            var strings = new ArrayList<byte[]>();
            var pieces = new ArrayList<Piece>();
            for (int i = 0; i < 40; i++) {
                var string = new byte[random.nextInt(4) == 0 ? random.nextInt(600_000) : random.nextInt(200)];
                random.nextBytes(string);
                strings.add(string);
                pieces.add(take(staged, string, 1 + random.nextInt(20_000)));
            }
            staged.seal();
            long inHeap = 0;
            for (int i = 0; i < strings.size(); i++) {
                ByteBuffer bytes = staged.bytes(pieces.get(i));
                assertThat(bytes).isEqualTo(ByteBuffer.wrap(strings.get(i)));
                inHeap += bytes.isDirect() ? 0 : bytes.remaining();
            }
            assertThat(inHeap).isPositive().isLessThanOrEqualTo(1 << 20);
            assertThat(pieces).anyMatch(Piece::inFile);
        }
    }

    @Test
    void messageThatFindsNoHeapGoesToItsFileAndGivesBackWhatItHad() throws IOException {
        int free = heap.availablePermits();
        try (var first = new StagedBytes(folder, heap);
                var second = new StagedBytes(folder, heap);
                var third = new StagedBytes(folder, heap)) {
            for (var staged : List.of(first, second)) {
                assertThat(take(staged, new byte[1_000_000], 10_000).inFile()).isFalse();
            }
            assertThat(take(third, new byte[1_000], 1_000).inFile()).isFalse();
            assertThat(take(third, new byte[100_000], 10_000).inFile()).isTrue();
        }
        assertThat(heap.availablePermits()).isEqualTo(free);
    }

    private static Piece take(StagedBytes staged, byte[] string, int step) throws IOException {
        try (var sink = staged.begin()) {
            for (int at = 0; at < string.length; at += step) {
                sink.write(string, at, Math.min(step, string.length - at));
            }
            return sink.piece();
        }
    }

    @Test
    void fileHasNoName() throws IOException {
        try (var staged = new StagedBytes(folder, heap)) {
            take(staged, new byte[StagedBytes.MAX_HEAP_BYTES + 1], 10_000);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void moreThanTheDiskHoldsIsRefusedBeforeItComes() throws IOException {
        try (var staged = new StagedBytes(folder, heap)) {
            staged.expect(StagedBytes.MAX_HEAP_BYTES);
            assertThatThrownBy(() -> staged.expect(1L << 48)).isInstanceOf(NoRoomException.class);
        }
    }

    @Test
    void folderThatTakesNothingIsNoRoom() throws IOException {
        try (var staged = new StagedBytes(folder.resolve("gone"), heap)) {
            assertThatThrownBy(() -> take(staged, new byte[2 << 20], 10_000)).isInstanceOf(NoRoomException.class);
        }
    }
}
