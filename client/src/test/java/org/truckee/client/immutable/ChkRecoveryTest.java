package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.client.share.HeldShare;
import org.truckee.client.share.NotEnoughSharesException;

class ChkRecoveryTest {
    private static final int SEGMENT = 600;

    private static byte[] random(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Stream<Arguments> encodingsAndSizes() {
        int[][] encodings = {{1, 1}, {1, 3}, {2, 3}, {3, 10}, {71, 255}, {101, 256}};
        int[] sizes = {1, 55, 56, SEGMENT - 1, SEGMENT, SEGMENT + 1, 5 * SEGMENT + 77};
        return Stream.of(encodings)
                .flatMap(
                        encoding -> IntStream.of(sizes).mapToObj(size -> Arguments.of(encoding[0], encoding[1], size)));
    }

    @ParameterizedTest(name = "{0}-of-{1}, {2} bytes")
    @MethodSource("encodingsAndSizes")
    void anyRequiredSharesGiveTheFileBack(int required, int total, int size) throws IOException {
        byte[] plaintext = random(size, size);
        var encoded = EncodedShares.of(plaintext, required, total, SEGMENT);
        var random = new Random(total * 1000L + size);
        for (int round = 0; round < 3; round++) {
            var numbers = new ArrayList<>(IntStream.range(0, total).boxed().toList());
            Collections.shuffle(numbers, random);
            List<HeldShare> held =
                    numbers.stream().limit(required).map(encoded::held).toList();
            var recovered = encoded.recover(held, true);
            assertThat(recovered.contents()).isEqualTo(plaintext);
            assertThat(recovered.damages()).isEmpty();
        }
    }

    @Test
    void oneShareTooFewIsNotEnough() throws IOException {
        var encoded = EncodedShares.of(random(1000, 1), 3, 10, SEGMENT);
        assertThatThrownBy(() -> encoded.recover(List.of(encoded.held(1), encoded.held(7)), false))
                .isInstanceOf(NotEnoughSharesException.class)
                .hasMessage("segment 0 needs good blocks from 3 different shares and has them from 2");
        assertThatThrownBy(() -> encoded.recover(List.of(), false)).isInstanceOf(NotEnoughSharesException.class);
    }

    @Test
    void copiesOfOneShareCountOnce() throws IOException {
        var encoded = EncodedShares.of(random(1000, 1), 3, 10, SEGMENT);
        assertThatThrownBy(() -> encoded.recover(List.of(encoded.held(1), encoded.held(1), encoded.held(1)), false))
                .isInstanceOf(NotEnoughSharesException.class);
    }

    /// Every byte of a share with two segments: what a reader needs is noticed and named while the file comes back;
    /// all else that is determined is named by verifying.
    @ParameterizedTest(name = "bit {0}")
    @CsvSource({"0", "3", "7"})
    void everyFlippedBitIsNamed(int bit) throws IOException {
        byte[] plaintext = random(SEGMENT + 10, 2);
        var encoded = EncodedShares.of(plaintext, 2, 4, SEGMENT);
        byte[] share = encoded.shares().get(1);
        for (int at = 0; at < share.length; at++) {
            byte[] bad = share.clone();
            bad[at] ^= (byte) (1 << bit);
            var held = List.of(encoded.held(0), EncodedShares.held(1, bad), encoded.held(3));
            var recovered = encoded.recover(held, true);
            assertThat(recovered.contents()).as("byte " + at).isEqualTo(plaintext);
            assertThat(recovered.damages())
                    .as("byte " + at)
                    .isNotEmpty()
                    .allMatch(damage -> damage.share().number() == 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "HEADER,            0,  header",
        "BLOCKS,            40, blocks [36-336): the block of segment 0 has another hash",
        "URI_EXTENSION,     -1, URI extension [",
        "SHARE_HASHES,      -400, share hashes [",
    })
    void damageThatAReaderMeetsIsNamedWithShareSectionAndRange(Section section, int at, String expected)
            throws IOException {
        byte[] plaintext = random(SEGMENT + 10, 2);
        var encoded = EncodedShares.of(plaintext, 2, 4, SEGMENT);
        byte[] bad = encoded.shares().get(1).clone();
        bad[at < 0 ? bad.length + at : at] ^= 1;
        var held = List.of(encoded.held(0), EncodedShares.held(1, bad), encoded.held(3));
        var recovered = encoded.recover(held, false);
        assertThat(recovered.contents()).isEqualTo(plaintext);
        assertThat(recovered.damages()).singleElement().satisfies(damage -> {
            assertThat(damage.section()).isEqualTo(section);
            assertThat(damage).asString().startsWith("share 1: " + expected).endsWith("(memory)");
        });
    }

    @Test
    void everyTruncationIsNamed() throws IOException {
        byte[] plaintext = random(SEGMENT + 10, 2);
        var encoded = EncodedShares.of(plaintext, 2, 4, SEGMENT);
        byte[] share = encoded.shares().get(1);
        for (int length = 0; length < share.length; length++) {
            var cut = Arrays.copyOf(share, length);
            var held = List.of(encoded.held(0), EncodedShares.held(1, cut), encoded.held(3));
            var recovered = encoded.recover(held, false);
            assertThat(recovered.contents()).isEqualTo(plaintext);
            assertThat(recovered.damages()).as("cut to " + length).isNotEmpty();
        }
    }

    @Test
    void shareOfAnotherFileIsNotBelieved() throws IOException {
        byte[] plaintext = random(1000, 1);
        var encoded = EncodedShares.of(plaintext, 2, 4, SEGMENT);
        var other = EncodedShares.of(random(1000, 9), 2, 4, SEGMENT);
        var held = List.of(encoded.held(0), other.held(1), encoded.held(2));
        var recovered = encoded.recover(held, false);
        assertThat(recovered.contents()).isEqualTo(plaintext);
        assertThat(recovered.damages()).hasSize(1);
    }
}
