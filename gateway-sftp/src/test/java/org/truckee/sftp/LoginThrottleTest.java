package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private Instant now = Instant.EPOCH;
    private final LoginThrottle throttle = new LoginThrottle(() -> now);

    private void wrong(int times, String address, String user) {
        for (int i = 0; i < times; i++) {
            throttle.wrong(address, user);
        }
    }

    @Test
    void aTypingErrorCostsNothing() {
        wrong(2, "10.0.0.1", "alice");
        assertThat(throttle.delay("10.0.0.1", "alice")).contains(Duration.ZERO);
    }

    @Test
    void whoGuessesFromOneAddressWaitsForEveryUser() {
        wrong(5, "10.0.0.1", "alice");
        assertThat(throttle.delay("10.0.0.1", "bob")).contains(Duration.ofSeconds(2));
        assertThat(throttle.delay("10.0.0.2", "bob")).contains(Duration.ZERO);
    }

    @Test
    void whoGuessesOneUserFromManyAddressesGetsOneTurnAfterTheOther() {
        for (int i = 0; i < 5; i++) {
            throttle.wrong("10.0.0." + i, "alice");
        }
        assertThat(throttle.delay("10.0.1.1", "alice")).contains(Duration.ofSeconds(2));
        assertThat(throttle.delay("10.0.1.2", "alice")).contains(Duration.ofSeconds(4));
        assertThat(throttle.delay("10.0.1.3", "alice")).contains(Duration.ofSeconds(6));
    }

    @Test
    void whoWouldWaitTooLongIsTurnedAway() {
        wrong(100, "10.0.0.1", "alice");
        Optional<Duration> last = Optional.of(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            last = throttle.delay("10.0.0.1", "alice");
        }
        assertThat(last).isEmpty();
    }

    @Test
    void theRightPasswordAndTimeMakeGood() {
        wrong(100, "10.0.0.1", "alice");
        throttle.right("10.0.0.1", "alice");
        assertThat(throttle.delay("10.0.0.1", "alice")).contains(Duration.ZERO);
        wrong(100, "10.0.0.1", "alice");
        now = now.plus(Duration.ofMinutes(16));
        assertThat(throttle.delay("10.0.0.1", "alice")).contains(Duration.ZERO);
    }
}
