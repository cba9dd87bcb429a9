package org.truckee.hashing;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// One message after the other, by the JDK, which uses the SHA instructions of the CPU.
final class JdkSha256 implements Sha256 {
    @Override
    public byte[][] hash(byte[] prefix, byte[][] messages, int length) {
        var hashes = new byte[messages.length][];
        MessageDigest digest = sha256();
        for (int i = 0; i < messages.length; i++) {
            digest.update(prefix);
            digest.update(messages[i], 0, length);
            hashes[i] = digest.digest();
        }
        return hashes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "one at a time";
    }
}
