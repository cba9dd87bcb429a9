package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// What a user mixes into the keys of her files, so that equal files get equal capabilities among those who share the
/// secret and nobody else can test whether she has a file. Any length; a node's own is 32 random bytes.
public final class ConvergenceSecret extends Secret {
    public ConvergenceSecret(byte[] bytes) {
        super(bytes);
    }

    /// Fed with the whole plaintext, the first 16 bytes of the digest are the file's [ReadKey].
    /// `segmentBytes` is the file's actual segment size, after clamping and rounding.
    public KeyHasher keyHasher(int required, int total, long segmentBytes) {
        byte[] parameters = Netstring.encode((required + "," + total + "," + segmentBytes).getBytes(US_ASCII));
        byte[] own = Netstring.encode(bytes);
        var suffix = new byte[own.length + parameters.length];
        System.arraycopy(own, 0, suffix, 0, own.length);
        System.arraycopy(parameters, 0, suffix, own.length, parameters.length);
        return new KeyHasher(Tag.CHK_CONTENT_TO_KEY.hasherWith(suffix));
    }

    /// Turns a plaintext, piece by piece, into its key.
    public static final class KeyHasher {
        private final TaggedHasher hasher;

        KeyHasher(TaggedHasher hasher) {
            this.hasher = hasher;
        }

        public void update(byte[] plaintext, int from, int length) {
            hasher.update(plaintext, from, length);
        }

        public ReadKey key() {
            return new ReadKey(Arrays.copyOf(hasher.digest(), ReadKey.BYTES));
        }
    }
}
