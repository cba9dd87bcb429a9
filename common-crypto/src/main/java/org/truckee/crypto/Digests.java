package org.truckee.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/// The untagged hash functions.
public final class Digests {
    private Digests() {}

    /// A fresh SHA-256; the JDK's is six times as fast as Bouncy Castle's.
    public static MessageDigest sha256() {
        return jdk("SHA-256");
    }

    public static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /// SHA-1, where Tahoe-LAFS has it: TubIDs and the permuted ring.
    public static MessageDigest sha1() {
        return jdk("SHA-1");
    }

    /// BLAKE2b with 32 bytes of output and no key: how lease secrets are kept on a server.
    public static byte[] blake2b256(byte[] bytes) {
        var digest = new Blake2bDigest(256);
        digest.update(bytes, 0, bytes.length);
        var out = new byte[32];
        digest.doFinal(out, 0);
        return out;
    }

    private static MessageDigest jdk(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }
}
