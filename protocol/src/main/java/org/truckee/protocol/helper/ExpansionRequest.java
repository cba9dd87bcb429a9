package org.truckee.protocol.helper;

import java.util.random.RandomGenerator;
import org.truckee.crypto.Base32;
import org.truckee.crypto.StorageIndex;

/// What a client wants a helper to expand: a ciphertext of `size` bytes, cut into segments of `segmentBytes`, any
/// `required` of whose `total` shares give it back, with a share of their own on at least `happy` servers. The
/// `nonce`, 16 bytes in base32, is new for every attempt: a later one takes over what an earlier one has sent.
public record ExpansionRequest(
        StorageIndex storageIndex, long size, int required, int happy, int total, int segmentBytes, String nonce) {
    private static final int MOST_SHARES = 256;
    private static final int NONCE_BYTES = 16;

    public ExpansionRequest {
        boolean possible = 1 <= required
                && required <= total
                && 0 <= happy
                && happy <= total
                && total <= MOST_SHARES
                && size >= 1
                && segmentBytes >= 1
                && segmentBytes % required == 0
                && Base32.decode(nonce, NONCE_BYTES).isPresent();
        if (!possible) {
            throw new IllegalArgumentException("a file of " + size + " bytes in segments of " + segmentBytes + ", "
                    + required + " of " + total + " shares on " + happy + " servers, cannot be expanded");
        }
    }

    public static String newNonce(RandomGenerator random) {
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base32.encode(bytes);
    }

    /// Whether it is about the same ciphertext, cut and coded in the same way.
    public boolean continues(ExpansionRequest other) {
        return storageIndex.equals(other.storageIndex)
                && size == other.size
                && required == other.required
                && total == other.total
                && segmentBytes == other.segmentBytes;
    }
}
