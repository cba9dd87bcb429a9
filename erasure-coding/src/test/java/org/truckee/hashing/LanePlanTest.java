package org.truckee.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanePlanTest {
    private static LanePlan plan(int... blocks) {
        return LanePlan.of(blocks, 16, 10);
    }

    private static int[] of(int count, int blocks, int others, int theirBlocks) {
        return IntStream.range(0, count + others)
                .map(i -> i < count ? blocks : theirBlocks)
                .toArray();
    }

    @Test
    void fewMessagesAreHashedAlone() {
        assertThat(plan(of(10, 5, 0, 0)).alone()).hasSize(10);
        assertThat(plan(of(10, 5, 1, 15)).alone()).hasSize(11);
        assertThat(plan().lanes()).isEmpty();
    }

    @Test
    void lanesThatAreFullEnoughAreUsed() {
        assertThat(plan(of(11, 5, 0, 0)).lanes()).hasSize(11);
        assertThat(plan(of(16, 5, 0, 0)).alone()).isEmpty();
    }

    @Test
    void fewThatAreLeftBehindFullLanesAreHashedAlone() {
        LanePlan plan = plan(of(20, 5, 0, 0));
        assertThat(plan.lanes()).hasSize(16);
        assertThat(plan.alone()).hasSize(4);
    }

    /// Four segments, 3-of-10: their ciphertexts in four lanes, three blocks after another in each of twelve.
    @Test
    void longMessagesRunBesideSeveralShortOnes() {
        LanePlan plan = plan(of(40, 5, 4, 15));
        assertThat(plan.lanes()).hasSize(16);
        assertThat(plan.lanes().stream().filter(lane -> lane.size() == 3)).hasSize(12);
        assertThat(plan.alone()).hasSize(4).allMatch(message -> message < 40);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 15, 16, 17, 33, 52, 100})
    void everyMessageIsHashedOnce(int count) {
        LanePlan plan = plan(IntStream.range(0, count).map(i -> 1 + i * i % 17).toArray());
        assertThat(Stream.concat(plan.lanes().stream().flatMap(List::stream), plan.alone().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, count).boxed().toList());
    }
}
