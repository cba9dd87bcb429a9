package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;

class ContentKeyTest {
    private static final int SEGMENT = Segmentation.DEFAULT_SEGMENT_BYTES;
    private static final ConvergenceSecret SECRET = new ConvergenceSecret(new byte[] {1, 2, 3});

    @ParameterizedTest
    @ValueSource(ints = {SEGMENT, SEGMENT + 1, 3 * SEGMENT + 7})
    void itIsTheKeyOfTheContentsReadAtOnce(int size) throws IOException {
        var encoding = new Encoding(3, 10);
        byte[] contents = random(size);
        var key = new ContentKey(encoding, SECRET);
        key.update(contents, 0, 1000);
        key.update(contents, 1000, size - 1000);
        var read = EncryptedFile.convergent(
                Plaintext.of(contents), SECRET, Segmentation.of(encoding, size, Segmentation.DEFAULT_SEGMENT_BYTES));
        assertThat(key.key()).contains(read.key());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SEGMENT - 1})
    void aShortFileHasNoneBeforeItsLengthIsKnown(int size) {
        var key = new ContentKey(new Encoding(3, 10), SECRET);
        key.update(random(size), 0, size);
        assertThat(key.key()).isEmpty();
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
