package org.truckee.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base32Test {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 16, 20, 32, 33})
    void decodingGivesBackWhatWasEncoded(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        assertThat(Base32.decode(Base32.encode(bytes))).contains(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "abc", "abcdef", "ME", "m1", "mf", "nbswy3dq=", "me\n", "mé"})
    void whatNoEncoderWritesIsRefused(String text) {
        assertThat(Base32.decode(text)).isEmpty();
    }
}
