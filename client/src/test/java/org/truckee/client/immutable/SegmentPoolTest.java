package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SegmentPoolTest {
    private final SegmentPool pool = new SegmentPool(100);

    @Test
    void everyReaderGetsOneSegmentWhateverTheBound() throws IOException {
        for (int i = 0; i < 5; i++) {
            assertThat(pool.openReader().take(2, 100, Duration.ZERO)).isPresent();
        }
        assertThat(pool.taken()).isEqualTo(1000);
    }

    @Test
    void writersBeginOneAfterTheOtherWhereHalfOfTheBytesIsHeldByWriters() throws Exception {
        var first = pool.openWriter();
        var segment = first.take(2, 25, Duration.ZERO).orElseThrow();
        pool.openReader().take(1, 100, Duration.ZERO);
        var second = pool.openWriter();
        var third = pool.openWriter();
        assertThat(second.take(2, 25, Duration.ofMillis(1))).isEmpty();
        assertThat(third.take(2, 25, Duration.ZERO)).isEmpty();
        segment.release();
        assertThat(third.take(2, 25, Duration.ZERO)).isEmpty();
        assertThat(second.take(2, 25, Duration.ZERO)).isPresent();
        second.close();
        assertThat(third.take(2, 25, Duration.ZERO)).isPresent();
    }

    @Test
    void writerBeginsAlthoughOthersHoldHalfOfTheBytesWhenTheyGiveNothingBack() throws IOException {
        assertThat(pool.openWriter().take(2, 50, Duration.ZERO)).isPresent();
        assertThat(pool.openWriter().take(2, 50, Duration.ofSeconds(5))).isPresent();
    }

    @Test
    void writerThatIsClosedLetsTheNextOneBegin() throws IOException {
        var first = pool.openWriter();
        var segment = first.take(2, 50, Duration.ZERO).orElseThrow();
        var second = pool.openWriter();
        assertThat(second.take(2, 50, Duration.ZERO)).isEmpty();
        second.close();
        segment.release();
        assertThat(pool.openWriter().take(2, 50, Duration.ZERO)).isPresent();
    }

    @Test
    void furtherSegmentsStayWithinTheBound() throws IOException {
        var account = pool.openReader();
        var first = account.take(2, 25, Duration.ZERO).orElseThrow();
        assertThat(account.take(2, 25, Duration.ZERO)).isPresent();
        assertThat(account.take(2, 25, Duration.ofMillis(10))).isEmpty();
        first.release();
        var again = account.take(2, 25, Duration.ZERO).orElseThrow();
        assertThat(List.of(again.blocks())).containsExactlyInAnyOrder(first.blocks());
    }

    @Test
    void segmentIsHeldUntilTheLastLetsGo() throws IOException {
        var account = pool.openReader();
        var segment = account.take(1, 50, Duration.ZERO).orElseThrow();
        segment.retain();
        segment.release();
        assertThat(pool.taken()).isEqualTo(50);
        segment.release();
        assertThat(pool.taken()).isZero();
    }

    @Test
    void closingATransferGivesAllBackAndLateReleasesChangeNothing() throws IOException {
        var account = pool.openReader();
        var segment = account.take(1, 50, Duration.ZERO).orElseThrow();
        account.close();
        segment.release();
        assertThat(pool.taken()).isZero();
    }

    @Test
    void closedTransferGetsNothing() throws IOException {
        var account = pool.openReader();
        account.take(1, 50, Duration.ZERO);
        account.close();
        assertThatThrownBy(() -> account.take(1, 50, Duration.ZERO)).hasMessage("the transfer is over");
        assertThat(pool.taken()).isZero();
    }
}
