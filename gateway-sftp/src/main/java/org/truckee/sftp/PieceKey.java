package org.truckee.sftp;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The key of one staged file's pieces. It does not print.
final class PieceKey {
    static final int BYTES = 16;

    private final byte[] bytes;

    PieceKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    static PieceKey random(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new PieceKey(bytes);
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    SecretKey forAes() {
        return new SecretKeySpec(bytes, "AES");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PieceKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
