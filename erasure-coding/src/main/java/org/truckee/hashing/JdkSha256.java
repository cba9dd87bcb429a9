package org.truckee.hashing;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// One message after the other, by the JDK, which uses the SHA instructions of the CPU.
final class JdkSha256 implements Sha256 {
    @Override
    public byte[][] hash(List<Message> messages) {
        MessageDigest digest = sha256();
        return messages.stream().map(message -> hash(digest, message)).toArray(byte[][]::new);
    }

    private static byte[] hash(MessageDigest digest, Message message) {
        message.give(0, message.length(), digest::update);
        return digest.digest();
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
