package org.truckee.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AesCtrTest {
    private static final byte[] KEY = new byte[16];

    @Test
    void streamIsThatOfOpenssl() {
        // head -c 20 /dev/zero | openssl enc -aes-128-ctr -K $(printf 0%.0s {1..32}) -iv $(printf 0%.0s {1..32}) | xxd
        // -p
        assertThat(HexFormat.of().formatHex(AesCtr.of(KEY).process(new byte[20])))
                .isEqualTo("66e94bd4ef8a2c3b884cfa59ca342b2e58e2fcce");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 8191, 8192, 20000})
    void anyPlaceInTheStreamIsReachedAtOnce(int offset) {
        byte[] stream = AesCtr.of(KEY).process(new byte[30000]);
        assertThat(AesCtr.at(KEY, offset).process(new byte[10000]))
                .isEqualTo(Arrays.copyOfRange(stream, offset, offset + 10000));
    }

    @Test
    void counterGoesBeyondFourGibiblocks() {
        long offset = (1L << 36) - 16;
        byte[] around = AesCtr.at(KEY, offset).process(new byte[32]);
        assertThat(AesCtr.at(KEY, offset + 16).process(new byte[16])).isEqualTo(Arrays.copyOfRange(around, 16, 32));
    }
}
