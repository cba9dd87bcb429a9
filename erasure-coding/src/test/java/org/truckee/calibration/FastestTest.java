package org.truckee.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FastestTest {
    /// So many rounds of work for a result.
    private record Candidate(int rounds, byte result) {
        byte[] run() {
            var work = new byte[1];
            for (int i = 0; i < rounds; i++) {
                work[0] = (byte) (work[0] * 31 + System.nanoTime());
            }
            work[0] = result;
            return work;
        }
    }

    private static final Candidate FIRST = new Candidate(10_000, (byte) 1);
    private static final Candidate SLOW = new Candidate(8_000, (byte) 1);
    private static final Candidate FAST = new Candidate(100, (byte) 1);
    private static final Candidate WRONG = new Candidate(1, (byte) 2);

    private static Fastest<Candidate> among(Candidate... others) {
        return new Fastest<>(FIRST, () -> List.of(others).stream(), Candidate::run, 2);
    }

    @Test
    void theFirstThatIsFastEnoughAndComputesTheSameIsChosen() {
        var fastest = among(WRONG, SLOW, FAST);
        assertThat(fastest.forWork(1)).isEqualTo(FIRST);
        assertThat(fastest.settle()).isEqualTo(FAST);
        assertThat(fastest.forWork(1)).isEqualTo(FAST);
    }

    @Test
    void nothingChangesForLittleGain() {
        assertThat(among(SLOW).settle()).isEqualTo(FIRST);
    }

    @Test
    void muchWorkCalibratesInTheBackground() {
        var fastest = among(FAST);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fastest.forWork(10 << 20).equals(FAST));
    }
}
