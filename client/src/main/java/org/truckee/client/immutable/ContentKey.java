package org.truckee.client.immutable;

import java.util.Optional;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.ReadKey;

/// Finds the key that follows from contents while they are written, so that an upload need not read them once more.
/// Fed with all of them, in order, by one thread at a time.
public final class ContentKey {
    private final ConvergenceSecret.KeyHasher hasher;
    private long bytes;

    ContentKey(Encoding encoding, ConvergenceSecret secret) {
        var segmentation =
                Segmentation.of(encoding, Segmentation.DEFAULT_SEGMENT_BYTES, Segmentation.DEFAULT_SEGMENT_BYTES);
        this.hasher = secret.keyHasher(encoding.required(), encoding.total(), segmentation.segmentBytes());
    }

    public void update(byte[] contents, int from, int length) {
        hasher.update(contents, from, length);
        bytes += length;
    }

    /// To be asked for once. Empty where the contents are less than a segment: the key depends on their length then,
    /// and has to be found when that is known.
    public Optional<ReadKey> key() {
        return bytes < Segmentation.DEFAULT_SEGMENT_BYTES ? Optional.empty() : Optional.of(hasher.key());
    }
}
