package org.truckee.protocol.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes damaged variants of real inputs: the kinds of damage that parsers fall over.
public final class Mutations {
    private static final long[] ODD_NUMBERS = {
        0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xffff_ffffL, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 60
    };

    private final List<byte[]> originals;
    private final RandomGenerator random;

    public Mutations(List<byte[]> originals, RandomGenerator random) {
        this.originals = List.copyOf(originals);
        this.random = random;
    }

    /// An original with one to four mutations.
    public byte[] next() {
        byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = mutate(bytes);
        }
        return bytes;
    }

    /// One mutation, made in `bytes` or in a copy.
    byte[] mutate(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(9)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> putNumber(bytes, at, Long.BYTES);
            case 3 -> putNumber(bytes, at, Integer.BYTES);
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 5 -> {
                return splice(bytes, at, at, randomBytes(1 + random.nextInt(16)));
            }
            case 6 -> {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(64));
                return splice(bytes, at, to, new byte[0]);
            }
            case 7 -> {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(64));
                return splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            }
            default -> bytes[at] = "0123456789:,-{}[]\"\0\u007f".getBytes(US_ASCII)[random.nextInt(20)];
        }
        return bytes;
    }

    private void putNumber(byte[] bytes, int at, int width) {
        long number = ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)] + random.nextInt(3) - 1;
        byte[] encoded = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        int length = Math.min(width, bytes.length - at);
        System.arraycopy(encoded, Long.BYTES - width, bytes, at, length);
    }

    private byte[] randomBytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] inserted) {
        return ByteBuffer.allocate(bytes.length - (to - from) + inserted.length)
                .put(bytes, 0, from)
                .put(inserted)
                .put(bytes, to, bytes.length - to)
                .array();
    }
}
