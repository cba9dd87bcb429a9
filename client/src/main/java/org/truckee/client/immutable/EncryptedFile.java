package org.truckee.client.immutable;

import java.io.IOException;
import java.util.Optional;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.ReadKey;
import org.truckee.crypto.StorageIndex;

/// A plaintext seen through its key.
public final class EncryptedFile implements CiphertextSource {
    private static final int PIECE_BYTES = 256 << 10;

    private final Plaintext plaintext;
    private final ReadKey key;
    private final StorageIndex storageIndex;
    private final Segmentation segmentation;

    public EncryptedFile(Plaintext plaintext, ReadKey key, Segmentation segmentation) {
        this.plaintext = plaintext;
        this.key = key;
        this.storageIndex = key.storageIndex();
        this.segmentation = segmentation;
    }

    /// Under the key that follows from the contents, which are read once for it unless it is known.
    public static EncryptedFile convergent(Plaintext plaintext, ConvergenceSecret secret, Segmentation segmentation)
            throws IOException {
        Optional<ReadKey> known = plaintext.key();
        ReadKey key = known.isPresent() ? known.get() : contentKey(plaintext, secret, segmentation);
        return new EncryptedFile(plaintext, key, segmentation);
    }

    private static ReadKey contentKey(Plaintext plaintext, ConvergenceSecret secret, Segmentation segmentation)
            throws IOException {
        var encoding = segmentation.encoding();
        var hasher = secret.keyHasher(encoding.required(), encoding.total(), segmentation.segmentBytes());
        var piece = new byte[(int) Math.min(PIECE_BYTES, plaintext.size())];
        for (long at = 0; at < plaintext.size(); at += piece.length) {
            int length = (int) Math.min(piece.length, plaintext.size() - at);
            plaintext.read(at, piece, 0, length);
            hasher.update(piece, 0, length);
        }
        return hasher.key();
    }

    public ReadKey key() {
        return key;
    }

    @Override
    public StorageIndex storageIndex() {
        return storageIndex;
    }

    @Override
    public Segmentation segmentation() {
        return segmentation;
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws IOException {
        plaintext.read(offset, target, at, length);
        key.cipherAt(offset).process(target, at, length, target, at);
    }
}
