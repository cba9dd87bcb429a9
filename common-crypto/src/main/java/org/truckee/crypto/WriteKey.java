package org.truckee.crypto;

import java.util.Arrays;

/// What allows to change a mutable file: it decrypts the file's signing key and convinces the servers.
public final class WriteKey extends Secret {
    public static final int BYTES = AesCtr.KEY_BYTES;

    public WriteKey(byte[] bytes) {
        super(bytes, BYTES);
    }

    public MutableReadKey readKey() {
        return new MutableReadKey(Tag.MUTABLE_WRITE_KEY_TO_READ_KEY.hash(bytes, MutableReadKey.BYTES));
    }

    /// Encrypts or decrypts the signing key as it is kept in every share.
    public byte[] transformSigningKey(byte[] der) {
        return AesCtr.of(bytes).process(der);
    }

    /// What the server with certificate `server` asks for before it changes a share.
    public WriteEnabler writeEnabler(TubId server) {
        byte[] main = Tag.MUTABLE_WRITE_KEY_TO_WRITE_ENABLER_MASTER.hash(bytes);
        return new WriteEnabler(Tag.MUTABLE_WRITE_ENABLER.pair(main, server.bytes));
    }

    /// The key under which a directory with this write key keeps a child's write capability.
    public ChildKey childKey(byte[] salt) {
        return new ChildKey(Tag.DIRECTORY_CHILD_KEY.pair(salt, bytes, AesCtr.KEY_BYTES));
    }

    /// Encrypts one write capability in a directory and authenticates it.
    public static final class ChildKey extends Secret {
        ChildKey(byte[] bytes) {
            super(bytes, AesCtr.KEY_BYTES);
        }

        public byte[] transform(byte[] writeCap) {
            return AesCtr.of(bytes).process(writeCap);
        }

        /// 32 bytes.
        public byte[] authenticate(byte[] salt, byte[] ciphertext) {
            return authenticate(bytes, salt, ciphertext);
        }

        /// Not RFC 2104: Tahoe does not pad the key to the hash's block size, and so cannot we.
        static byte[] authenticate(byte[] key, byte[] salt, byte[] ciphertext) {
            var inner = Digests.sha256();
            inner.update(xored(key, 0x36));
            inner.update(salt);
            inner.update(ciphertext);
            var outer = Digests.sha256();
            outer.update(xored(key, 0x5c));
            return outer.digest(inner.digest());
        }

        private static byte[] xored(byte[] key, int pad) {
            byte[] out = Arrays.copyOf(key, key.length);
            for (int i = 0; i < out.length; i++) {
                out[i] ^= (byte) pad;
            }
            return out;
        }
    }
}
