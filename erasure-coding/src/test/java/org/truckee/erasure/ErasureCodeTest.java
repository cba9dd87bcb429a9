package org.truckee.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected values were printed by zfec 1.6.0.
class ErasureCodeTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "3, 10, b91b6a7006cbd4b3f9f28de73579727b63990e072930a7c03947e447dda01070",
        "16, 32, bf7ce112432e3a40cd55373bd0f5986f3cc372631dd3a57e70ec01942a0a5dbd",
        "25, 100, 8cd760ac640be2a06c9df4648efbafd8935d5b6527a56c40a29930025c82aecd",
        "71, 255, 5a46a1f793d1d658a54a6cfbafd7ee61dc3e456e8702e3068bd37981dd038eb2",
        "101, 256, 7afbf8ff7b2e633222f5fe9dca827c980cc6cf796660d8730723776317fc3c88",
        "255, 256, f69b8543ac3ab4cdf503a0954f329cf0792ac3d5bc5868f59f0e74fa09340ec8",
    })
    void generatorIsZfecs(int required, int total, String sha256) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        Matrix generator = Matrix.generator(required, total);
        for (int r = 0; r < total; r++) {
            for (int element : generator.row(r)) {
                digest.update((byte) element);
            }
        }
        assertThat(HEX.formatHex(digest.digest())).isEqualTo(sha256);
    }

    @Test
    void threeOfTenEncodesAsZfecDoes() {
        var blocks = new byte[10][4];
        blocks[0] = HEX.parseHex("00010203");
        blocks[1] = HEX.parseHex("10204080");
        blocks[2] = HEX.parseHex("fffe7f1d");
        ErasureCode.of(3, 10).encode(blocks, 4);
        assertThat(Arrays.stream(blocks).map(HEX::formatHex))
                .containsExactly(
                        "00010203",
                        "10204080",
                        "fffe7f1d",
                        "b82c3b2b",
                        "1c445b03",
                        "e1f71c5e",
                        "9c1db4d0",
                        "34aa6101",
                        "2c3c8cd9",
                        "55be3ef5");
    }

    @ParameterizedTest(name = "{0} of {1}, seed {2}")
    @CsvSource({"1, 1, 1", "1, 3, 2", "2, 3, 3", "3, 10, 4", "10, 16, 5", "71, 255, 6", "101, 256, 7"})
    void anyRequiredSharesGiveTheDataBack(int required, int total, int seed) {
        var random = new Random(seed);
        var blocks = new byte[total][37];
        for (int i = 0; i < required; i++) {
            random.nextBytes(blocks[i]);
        }
        var code = ErasureCode.of(required, total);
        code.encode(blocks, 37);
        for (int round = 0; round < 10; round++) {
            var order = new ArrayList<>(IntStream.range(0, total).boxed().toList());
            Collections.shuffle(order, random);
            int[] shares = order.stream().mapToInt(i -> i).limit(required).toArray();
            byte[][] chosen = IntStream.of(shares).mapToObj(s -> blocks[s]).toArray(byte[][]::new);
            byte[][] primary = code.decode(shares, chosen, 37);
            for (int i = 0; i < required; i++) {
                assertThat(primary[i]).isEqualTo(blocks[i]);
            }
        }
    }

    @Test
    void impossibleEncodingsAreRefused() {
        assertThatThrownBy(() -> ErasureCode.of(11, 10)).hasMessage("need 1 <= required <= total <= 256, got 11 of 10");
        assertThatThrownBy(() -> ErasureCode.of(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ErasureCode.of(1, 257)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ErasureCode.of(2, 3).decode(new int[] {1, 1}, new byte[2][1], 1))
                .hasMessage("need 2 different shares below 3, got [1, 1]");
    }
}
