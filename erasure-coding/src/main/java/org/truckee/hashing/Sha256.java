package org.truckee.hashing;

/// A way to hash several messages of one length. All give the same results and differ in speed.
sealed interface Sha256 permits JdkSha256, LaneSha256 {
    /// Length of a hash, in bytes.
    int BYTES = 32;

    /// SHA-256 of `prefix` and the first `length` bytes of each message.
    byte[][] hash(byte[] prefix, byte[][] messages, int length);
}
