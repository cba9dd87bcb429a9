package org.truckee.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The oracle is the JDK.
class BatchSha256Test {
    @Test
    void lanesHashMessagesOfAnyLengthBehindAnyPrefix() {
        for (Sha256 lanes : BatchSha256.lanes().toList()) {
            for (int length : IntStream.concat(IntStream.range(0, 260), IntStream.of(4095, 4096, 9999))
                    .toArray()) {
                var random = new Random(length);
                byte[] prefix = bytes(random, random.nextInt(140));
                check(lanes, prefix, messages(random, 16, length), length);
            }
        }
    }

    @Test
    void lanesHashAnyNumberOfMessages() {
        for (Sha256 lanes : BatchSha256.lanes().toList()) {
            for (int count = 0; count < 50; count++) {
                var random = new Random(count);
                check(lanes, bytes(random, 33), messages(random, count, 700), 700);
            }
        }
    }

    @Test
    void batchesAreHashedTwice() throws Exception {
        BatchSha256.calibrate();
        var random = new Random(1);
        byte[] prefix = bytes(random, 33);
        byte[][] messages = messages(random, 30, 1000);
        byte[][] hashes = BatchSha256.hashTwice(prefix, messages, 1000);
        for (int i = 0; i < hashes.length; i++) {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            digest.update(messages[i], 0, 1000);
            assertThat(hashes[i]).isEqualTo(digest.digest(digest.digest()));
        }
    }

    private static void check(Sha256 lanes, byte[] prefix, byte[][] messages, int length) {
        assertThat(lanes.hash(prefix, messages, length))
                .as("%d messages of %d bytes behind %d", messages.length, length, prefix.length)
                .isDeepEqualTo(new JdkSha256().hash(prefix, messages, length));
    }

    /// Longer than what is to be hashed of them.
    private static byte[][] messages(Random random, int count, int length) {
        var messages = new byte[count][];
        Arrays.setAll(messages, _ -> bytes(random, length + random.nextInt(5)));
        return messages;
    }

    private static byte[] bytes(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
