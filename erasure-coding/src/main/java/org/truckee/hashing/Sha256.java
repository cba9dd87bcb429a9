package org.truckee.hashing;

import java.util.List;

/// A way to hash several messages. All give the same results and differ in speed.
sealed interface Sha256 permits JdkSha256, LaneSha256 {
    /// Length of a hash, in bytes.
    int BYTES = 32;

    /// SHA-256 of each message.
    byte[][] hash(List<Message> messages);
}
