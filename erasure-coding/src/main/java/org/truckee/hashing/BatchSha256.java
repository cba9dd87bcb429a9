package org.truckee.hashing;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.truckee.calibration.Fastest;

/// SHA-256d of many messages, which a CPU with wide vectors hashes faster together than one by one.
public final class BatchSha256 {
    private static final byte[] NOTHING = {};

    /// The SHA instructions leave less to gain than the lookups of the erasure code.
    private static final double WORTHWHILE = 1.25;

    /// A fact about the machine, found out once per process.
    private static final Fastest<Sha256> FASTEST =
            new Fastest<>(new JdkSha256(), BatchSha256::lanes, trial(), WORTHWHILE);

    private BatchSha256() {}

    /// `SHA-256(SHA-256(message))` of each message.
    public static byte[][] hashTwice(List<Message> messages) {
        Sha256 fastest =
                FASTEST.forWork(messages.stream().mapToLong(Message::length).sum());
        return fastest.hash(messages(fastest.hash(messages)));
    }

    private static List<Message> messages(byte[][] contents) {
        return Arrays.stream(contents)
                .map(bytes -> Message.of(NOTHING, bytes, bytes.length))
                .toList();
    }

    /// Finds out now how this machine hashes fastest, which takes some seconds, and says how that is. Without this
    /// call it happens beside the work, once there is much of it.
    public static String calibrate() {
        return FASTEST.settle().toString();
    }

    /// Without the Vector API, or without AVX-512, there is none.
    static Stream<Sha256> lanes() {
        try {
            return LaneSha256.ifThere().stream();
        } catch (LinkageError withoutVectorApi) {
            return Stream.empty();
        }
    }

    private static Function<Sha256, byte[]> trial() {
        var messages = new byte[16][4096];
        var random = new Random(1);
        for (byte[] message : messages) {
            random.nextBytes(message);
        }
        return sha256 -> {
            byte[][] hashes = sha256.hash(messages(messages));
            var all = new byte[hashes.length * Sha256.BYTES];
            for (int i = 0; i < hashes.length; i++) {
                System.arraycopy(hashes[i], 0, all, i * Sha256.BYTES, Sha256.BYTES);
            }
            return all;
        };
    }
}
