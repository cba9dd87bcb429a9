package org.truckee.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import org.truckee.crypto.Digests;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.TubId;

/// One client's interest in a share. Secrets are as the container keeps them: hashed in version 2, clear in version
/// 1.
///
/// ```
/// in an immutable container (72 bytes)      in a mutable container (92 bytes)
///  0   4  owner number                       0   4  owner number, 0 = free slot
///  4  32  renew secret                       4   4  expiration, seconds since 1970
/// 36  32  cancel secret                      8  32  renew secret
/// 68   4  expiration, seconds since 1970    40  32  cancel secret
///                                           72  20  node id
/// ```
/// (Tahoe-LAFS `src/allmydata/storage/lease.py`.)
public final class Lease {
    static final int IMMUTABLE_BYTES = 72;
    static final int MUTABLE_BYTES = 92;

    /// What every lease lasts from its last renewal.
    static final Duration TERM = Duration.ofDays(31);

    private static final int SECRET_BYTES = LeaseSecrets.BYTES;

    private final int owner;
    private final byte[] renew;
    private final byte[] cancel;
    private final long expiration;

    private Lease(int owner, byte[] renew, byte[] cancel, long expiration) {
        this.owner = owner;
        this.renew = renew;
        this.cancel = cancel;
        this.expiration = expiration;
    }

    /// A lease that begins now, in a container that hashes secrets or not.
    static Lease begin(int owner, LeaseSecrets secrets, boolean hashed, Instant now) {
        return new Lease(
                owner,
                kept(secrets.renew(), hashed),
                kept(secrets.cancel(), hashed),
                now.plus(TERM).getEpochSecond());
    }

    private static byte[] kept(byte[] secret, boolean hashed) {
        return hashed ? Digests.blake2b256(secret) : secret;
    }

    static Lease readImmutable(ByteBuffer record) {
        int owner = record.getInt();
        byte[] renew = take(record, SECRET_BYTES);
        byte[] cancel = take(record, SECRET_BYTES);
        return new Lease(owner, renew, cancel, Integer.toUnsignedLong(record.getInt()));
    }

    ByteBuffer writeImmutable() {
        return ByteBuffer.allocate(IMMUTABLE_BYTES)
                .putInt(owner)
                .put(renew)
                .put(cancel)
                .putInt((int) expiration)
                .flip();
    }

    static Lease readMutable(ByteBuffer record) {
        int owner = record.getInt();
        long expiration = Integer.toUnsignedLong(record.getInt());
        byte[] renew = take(record, SECRET_BYTES);
        byte[] cancel = take(record, SECRET_BYTES);
        record.position(record.position() + TubId.BYTES);
        return new Lease(owner, renew, cancel, expiration);
    }

    ByteBuffer writeMutable(TubId nodeId) {
        return ByteBuffer.allocate(MUTABLE_BYTES)
                .putInt(owner)
                .putInt((int) expiration)
                .put(renew)
                .put(cancel)
                .put(nodeId.toBytes())
                .flip();
    }

    private static byte[] take(ByteBuffer record, int bytes) {
        var taken = new byte[bytes];
        record.get(taken);
        return taken;
    }

    public int owner() {
        return owner;
    }

    boolean isOf(LeaseSecrets secrets, boolean hashed) {
        return MessageDigest.isEqual(renew, kept(secrets.renew(), hashed));
    }

    /// The same lease until a term from now, or until its own end if that is later.
    Lease renewed(Instant now) {
        return new Lease(
                owner, renew, cancel, Math.max(expiration, now.plus(TERM).getEpochSecond()));
    }

    /// When it was begun or renewed, as far as that can be told from its end.
    Instant renewedAt() {
        return expiration().minus(TERM);
    }

    /// When it ends unless it is renewed.
    public Instant expiration() {
        return Instant.ofEpochSecond(expiration);
    }
}
