package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.OpenFile;

class StagedFileTest {
    private static final int PIECE = StagedFile.PIECE_BYTES;

    @TempDir
    Path folder;

    private static final class Base implements OpenFile {
        private final byte[] bytes;

        Base(byte[] bytes) {
            this.bytes = bytes.clone();
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

    private StagedFile over(byte[] base) throws IOException {
        return StagedFile.create(folder, Optional.of(new Base(base)), new SecureRandom());
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
    void itLeavesNothingBehind() throws IOException {
        try (var file = over(new byte[0])) {
            file.write(0, new byte[PIECE], 0, PIECE);
        }
        assertThat(folder).isEmptyDirectory();
    }

    private StagedFile on(Path path) throws IOException {
        var channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return StagedFile.on(channel, Optional.empty(), new SecureRandom());
    }

    @Test
    void nothingOfItIsReadableOnTheDisk() throws IOException {
        Path onDisk = folder.resolve("staged");
        var data = new byte[3 * PIECE];
        Arrays.fill(data, (byte) 'A');
        try (var file = on(onDisk)) {
            file.write(0, data, 0, data.length);
            assertThat(new String(Files.readAllBytes(onDisk), ISO_8859_1)).doesNotContain("AAAA");
        }
    }

    @Test
    void aPieceThatWasChangedOnTheDiskIsNotTaken() throws IOException {
        Path onDisk = folder.resolve("staged");
        try (var file = on(onDisk)) {
            file.write(0, new byte[PIECE], 0, PIECE);
            byte[] bytes = Files.readAllBytes(onDisk);
            bytes[100] ^= 1;
            Files.write(onDisk, bytes);
            assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1))
                    .hasMessage("a staged file is damaged in its piece 0");
        }
    }
}
