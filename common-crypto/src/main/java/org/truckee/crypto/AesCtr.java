package org.truckee.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-128 in counter mode as Tahoe-LAFS uses it: the counter is a 128-bit big-endian number that starts at zero and
/// runs over the whole file, so any place in it can be reached at once. Encrypting and decrypting are the same.
/// Not safe for use by several threads at once.
public final class AesCtr {
    /// Key length, in bytes.
    public static final int KEY_BYTES = 16;

    private static final int BLOCK_BYTES = 16;

    /// The JDK's fast path is compiled per call: long calls stay interpreted for over a second, short ones do not.
    private static final int PIECE_BYTES = 8192;

    private final Cipher cipher;

    private AesCtr(Cipher cipher) {
        this.cipher = cipher;
    }

    /// Positioned at byte `offset` of the stream that `key` (16 bytes) gives.
    public static AesCtr at(byte[] key, long offset) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("AES-128 needs a key of 16 bytes, got " + key.length);
        }
        var counter = new byte[BLOCK_BYTES];
        long block = offset / BLOCK_BYTES;
        for (int i = 0; i < Long.BYTES; i++) {
            counter[BLOCK_BYTES - 1 - i] = (byte) (block >>> (8 * i));
        }
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            cipher.update(new byte[(int) (offset % BLOCK_BYTES)]);
            return new AesCtr(cipher);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has AES-128 in counter mode", e);
        }
    }

    /// Positioned at the start.
    public static AesCtr of(byte[] key) {
        return at(key, 0);
    }

    /// Transforms the next `length` bytes of the stream; `in` and `out` may be the same place.
    public void process(byte[] in, int inAt, int length, byte[] out, int outAt) {
        try {
            for (int done = 0; done < length; done += PIECE_BYTES) {
                cipher.update(in, inAt + done, Math.min(PIECE_BYTES, length - done), out, outAt + done);
            }
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("no room for " + length + " bytes at " + outAt + " of " + out.length, e);
        }
    }

    /// Transforms the next bytes of the stream into a new array.
    public byte[] process(byte[] in) {
        var out = new byte[in.length];
        process(in, 0, in.length, out, 0);
        return out;
    }
}
