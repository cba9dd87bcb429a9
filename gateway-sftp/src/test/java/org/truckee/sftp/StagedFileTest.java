package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.OpenFile;
import org.truckee.crypto.Hash;
import org.truckee.crypto.ReadKey;

class StagedFileTest {
    private static final int PIECE = StagedFile.PIECE_BYTES;

    @TempDir
    Path folder;

    private static final class Base implements OpenFile {
        private final byte[] bytes;
        private final Optional<ChkReadCap> cap;

        Base(byte[] bytes, Optional<ChkReadCap> cap) {
            this.bytes = bytes.clone();
            this.cap = cap;
        }

        @Override
        public Optional<ChkReadCap> cap() {
            return cap;
        }

        @Override
        public FileStatus status() {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(long offset, byte[] target, int at, int length) {
            if (offset >= bytes.length) {
                return -1;
            }
            int read = (int) Math.min(length, bytes.length - offset);
            System.arraycopy(bytes, (int) offset, target, at, read);
            return read;
        }

        @Override
        public void close() {}
    }

    private Staging staging() throws IOException {
        return staging(OptionalLong.empty());
    }

    private Staging staging(OptionalLong mostBytes) throws IOException {
        return Staging.open(folder, new byte[Staging.KEY_BYTES], mostBytes, new SecureRandom());
    }

    private static final ChkReadCap CAP = new ChkReadCap(
            new ReadKey(new byte[ReadKey.BYTES]), new Hash(new byte[Hash.BYTES]), new Encoding(2, 5), 1000);

    private StagedFile over(byte[] base) throws IOException {
        return staging().create(Optional.of(new Base(base, Optional.of(CAP))));
    }

    private static byte[] all(StagedFile file) throws IOException {
        var bytes = new byte[(int) file.size()];
        assertThat(file.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length == 0 ? -1 : bytes.length);
        return bytes;
    }

    private static byte[] random(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Against an array in memory.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void holdsWhatWasWrittenWhereverAndInWhateverOrder(long seed) throws IOException {
        var random = new Random(seed);
        byte[] model = random(random, random.nextInt(3 * PIECE));
        try (var file = over(model)) {
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(8) == 0) {
                    model = Arrays.copyOf(model, random.nextInt(5 * PIECE));
                    file.truncate(model.length);
                } else {
                    int offset = random.nextInt(4) * (random.nextBoolean() ? PIECE : PIECE / 3);
                    byte[] data = random(random, random.nextBoolean() ? PIECE : random.nextInt(2 * PIECE));
                    model = written(model, offset, data);
                    file.write(offset, data, 0, data.length);
                }
                assertThat(file.size()).isEqualTo(model.length);
                assertThat(all(file)).isEqualTo(model);
            }
        }
    }

    private static byte[] written(byte[] model, int offset, byte[] data) {
        if (data.length == 0) {
            return model;
        }
        byte[] longer = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
        System.arraycopy(data, 0, longer, offset, data.length);
        return longer;
    }

    @Test
    void itLeavesNothingBehindWhenItIsDiscarded() throws IOException {
        StagedFile file = over(new byte[0]);
        file.write(0, new byte[PIECE], 0, PIECE);
        file.keep(note(StagedNote.State.WRITING), Optional.empty(), false);
        file.discard();
        assertThat(folder).isEmptyDirectory();
    }

    private static StagedNote note(StagedNote.State state) {
        var tree = new DirectoryCap(new LiteralCap(new byte[0]));
        return new StagedNote(state, tree, NameSet.NONE, FileMetadata.NONE, Instant.EPOCH, Instant.EPOCH);
    }

    /// Against an array in memory, as [#holdsWhatWasWrittenWhereverAndInWhateverOrder], and opened by another
    /// process.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anotherProcessFindsWhatWasClosed(long seed) throws IOException {
        var random = new Random(seed);
        byte[] base = random(random, random.nextInt(3 * PIECE));
        byte[] model = base;
        try (var file = over(base)) {
            for (int step = 0; step < 20; step++) {
                if (random.nextInt(4) == 0) {
                    model = Arrays.copyOf(model, random.nextInt(5 * PIECE));
                    file.truncate(model.length);
                } else {
                    int offset = random.nextInt(4 * PIECE);
                    byte[] data = random(random, 1 + random.nextInt(2 * PIECE));
                    model = written(model, offset, data);
                    file.write(offset, data, 0, data.length);
                }
            }
            file.keep(note(StagedNote.State.CLOSED), Optional.empty(), true);
        }
        Staging again = staging();
        StagedRecord record = again.find().records().getFirst();
        try (var file = again.reopen(record, Optional.of(new Base(base, record.base())))) {
            assertThat(all(file)).isEqualTo(model);
        }
    }

    @Test
    void whatWasWrittenAfterTheLastNoteIsFoundToo() throws IOException {
        try (var file = staging().create(Optional.empty())) {
            file.write(0, new byte[10], 0, 10);
            file.keep(note(StagedNote.State.WRITING), Optional.empty(), false);
            file.write(10, new byte[PIECE], 0, PIECE);
        }
        Staging again = staging();
        try (var file = again.reopen(again.find().records().getFirst(), Optional.empty())) {
            assertThat(file.size()).isEqualTo(10 + PIECE);
        }
    }

    @Test
    void whatIsInMemoryBeneathIsTakenOver() throws IOException {
        byte[] base = random(new Random(1), PIECE + 1);
        try (var file = staging().create(Optional.of(new Base(base, Optional.empty())))) {
            file.keep(note(StagedNote.State.CLOSED), Optional.empty(), false);
        }
        Staging again = staging();
        try (var file = again.reopen(again.find().records().getFirst(), Optional.empty())) {
            assertThat(all(file)).isEqualTo(base);
        }
    }

    @Test
    void noMoreIsStagedThanMayBe() throws IOException {
        Staging small = staging(OptionalLong.of(3 * PIECE));
        StagedFile file = small.create(Optional.empty());
        file.write(0, new byte[2 * PIECE], 0, 2 * PIECE);
        assertThatThrownBy(() -> file.write(2 * PIECE, new byte[PIECE], 0, PIECE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the gateway's staging is full: ")
                .hasMessageEndingWith(" of at most 98304 bytes wait for the grid");
        file.write(0, new byte[PIECE], 0, PIECE);
        file.discard();
        assertThat(small.usableBytes()).isEqualTo(3 * PIECE);
    }

    @Test
    void nothingOfItIsReadableOnTheDisk() throws IOException {
        var data = new byte[3 * PIECE];
        Arrays.fill(data, (byte) 'A');
        try (var file = staging().create(Optional.empty())) {
            file.write(0, data, 0, data.length);
            assertThat(new String(Files.readAllBytes(onDisk()), ISO_8859_1)).doesNotContain("AAAA");
        }
    }

    private Path onDisk() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".pieces"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 14, 100})
    void aPieceThatWasChangedOnTheDiskIsNotTaken(int at) throws IOException {
        try (var file = staging().create(Optional.empty())) {
            file.write(0, new byte[PIECE], 0, PIECE);
            byte[] bytes = Files.readAllBytes(onDisk());
            bytes[at] ^= 1;
            Files.write(onDisk(), bytes);
            assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1))
                    .hasMessage("a staged file is damaged in its piece 0");
        }
    }

    @Test
    void aThreadThatIsInterruptedDoesNotSpoilItForOthers() throws Exception {
        try (var file = staging().create(Optional.empty())) {
            file.write(0, new byte[] {7}, 0, 1);
            Thread interrupted = new Thread(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1)).isInstanceOf(IOException.class);
            });
            interrupted.start();
            interrupted.join();
            assertThat(all(file)).containsExactly(7);
        }
    }
}
