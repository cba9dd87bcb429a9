package org.truckee.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The oracle is the JDK.
class BatchSha256Test {
    @Test
    void lanesHashMessagesOfAnyLengthBehindAnyPrefix() {
        for (int length : IntStream.concat(IntStream.range(0, 260), IntStream.of(4095, 4096, 9999))
                .toArray()) {
            var random = new Random(length);
            byte[] prefix = bytes(random, random.nextInt(140));
            check(IntStream.range(0, 16)
                    .mapToObj(_ -> Message.of(prefix, bytes(random, length + random.nextInt(5)), length))
                    .toList());
        }
    }

    @Test
    void lanesHashAnyNumberOfMessages() {
        for (int count = 0; count < 50; count++) {
            var random = new Random(count);
            check(Collections.nCopies(count, Message.of(bytes(random, 33), bytes(random, 700), 700)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void lanesHashMessagesOfDifferentLengthsInPieces(int seed) {
        var random = new Random(seed);
        check(Stream.generate(() -> message(random)).limit(random.nextInt(90)).toList());
    }

    private static Message message(Random random) {
        int pieceBytes = 1 + random.nextInt(300);
        var pieces = new byte[1 + random.nextInt(5)][pieceBytes + random.nextInt(3)];
        for (byte[] piece : pieces) {
            random.nextBytes(piece);
        }
        int most = pieces.length * pieceBytes;
        int bytes = random.nextBoolean() ? most : random.nextInt(most + 1);
        return Message.of(bytes(random, random.nextInt(70)), pieces, pieceBytes, bytes);
    }

    @Test
    void batchesAreHashedTwice() throws Exception {
        BatchSha256.calibrate();
        var random = new Random(1);
        byte[] prefix = bytes(random, 33);
        List<byte[]> contents =
                IntStream.range(0, 30).mapToObj(_ -> bytes(random, 1000)).toList();
        byte[][] hashes = BatchSha256.hashTwice(contents.stream()
                .map(bytes -> Message.of(prefix, bytes, bytes.length))
                .toList());
        for (int i = 0; i < hashes.length; i++) {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            digest.update(contents.get(i));
            assertThat(hashes[i]).isEqualTo(digest.digest(digest.digest()));
        }
    }

    private static void check(List<Message> messages) {
        for (Sha256 lanes : BatchSha256.lanes().toList()) {
            assertThat(lanes.hash(messages))
                    .as(() -> messages.size() + " messages of lengths "
                            + messages.stream().map(Message::length).toList())
                    .isDeepEqualTo(new JdkSha256().hash(messages));
        }
    }

    private static byte[] bytes(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
