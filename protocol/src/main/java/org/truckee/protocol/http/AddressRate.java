package org.truckee.protocol.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// Counts what each address does against a rate, as a bucket that holds `burst` and drains steadily. Addresses share
/// a fixed number of buckets, picked by a hash that nobody outside can foresee, so that no flood makes it grow. Safe
/// for use by several threads at once.
final class AddressRate {
    private static final int BUCKETS = 1 << 13;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final long nanosEach;
    private final long nanosFull;
    private final long seed;
    private final LongSupplier nanoTime;
    private final long start;

    /// When each bucket will be empty, in nanoseconds since the start.
    private final AtomicLongArray emptyAt = new AtomicLongArray(BUCKETS);

    /// `nanoTime` as [System#nanoTime] has it.
    AddressRate(Bounds.Rate rate, long seed, LongSupplier nanoTime) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / rate.perSecond();
        this.nanosFull = nanosEach * rate.burst();
        this.seed = seed;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /// Counts one more unless that is too much for the rate.
    boolean tryOne(InetAddress address) {
        long now = nanoTime.getAsLong() - start;
        int bucket = bucket(address);
        long before = emptyAt.get(bucket);
        while (Math.max(before, now) + nanosEach - now <= nanosFull) {
            long seen = emptyAt.compareAndExchange(bucket, before, Math.max(before, now) + nanosEach);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    /// Counts one more and says for how long there must not be another, in nanoseconds.
    long one(InetAddress address) {
        long now = nanoTime.getAsLong() - start;
        long after = emptyAt.updateAndGet(bucket(address), before -> Math.max(before, now) + nanosEach);
        return Math.max(0, after - now - nanosFull);
    }

    private int bucket(InetAddress address) {
        byte[] bytes = address.getAddress();
        long network = address instanceof Inet6Address
                ? ByteBuffer.wrap(bytes, 0, IPV6_NETWORK_BYTES).getLong()
                : ByteBuffer.wrap(bytes).getInt();
        return (int) (mixed(network ^ seed) >>> 1) & BUCKETS - 1;
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static long mixed(long z) {
        long y = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long x = (y ^ y >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }
}
