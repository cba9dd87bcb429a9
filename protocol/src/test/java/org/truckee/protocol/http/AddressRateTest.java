package org.truckee.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressRateTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final AddressRate rate = new AddressRate(new Bounds.Rate(10, 3), 1, nanos::get);

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private int taken(String address, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rate.tryOne(address(address)) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void burstIsTakenAtOnceAndThenOneAtATime() {
        assertThat(taken("192.0.2.1", 100)).isEqualTo(3);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
        assertThat(taken("192.0.2.1", 100)).isZero();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(taken("192.0.2.1", 100)).isOne();
        nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(taken("192.0.2.1", 100)).isEqualTo(3);
    }

    @Test
    void addressesDoNotCountForEachOtherUnlessTheyAreOfOneNetwork() {
        assertThat(taken("192.0.2.1", 100)).isEqualTo(3);
        assertThat(taken("192.0.2.2", 100)).isEqualTo(3);
        assertThat(taken("2001:db8::1", 100)).isEqualTo(3);
        assertThat(taken("2001:db8::ffff:1", 100)).isZero();
        assertThat(taken("2001:db8:0:1::1", 100)).isEqualTo(3);
    }

    @Test
    void whatIsTooMuchHasToWait() {
        for (int i = 0; i < 3; i++) {
            assertThat(rate.one(address("192.0.2.1"))).isZero();
        }
        assertThat(rate.one(address("192.0.2.1"))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(rate.one(address("192.0.2.1"))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(rate.one(address("192.0.2.1"))).isZero();
    }
}
