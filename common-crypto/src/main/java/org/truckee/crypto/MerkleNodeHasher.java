package org.truckee.crypto;

import java.security.MessageDigest;

/// Hashes two nodes of a Merkle tree into their parent, without making anything anew each time but the result.
/// Not safe for use by several threads at once.
final class MerkleNodeHasher {
    private static final byte[] PREFIX = Tag.MERKLE_NODE.prefix();
    private static final byte[] HASH_HEAD = {'3', '2', ':'};

    private final MessageDigest digest = Digests.sha256();

    /// `Tag.MERKLE_NODE.pair(left, right)`.
    byte[] parent(byte[] left, byte[] right) {
        digest.update(PREFIX);
        digest.update(HASH_HEAD);
        digest.update(left);
        digest.update((byte) ',');
        digest.update(HASH_HEAD);
        digest.update(right);
        digest.update((byte) ',');
        return digest.digest(digest.digest());
    }
}
