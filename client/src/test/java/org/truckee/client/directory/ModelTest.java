package org.truckee.client.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Many schedules of writers, faults and crashes: see [Model#violations] for what must never be.
class ModelTest {
    static Stream<Arguments> schedules() {
        return IntStream.rangeClosed(3, 5)
                .boxed()
                .flatMap(numbers -> IntStream.range(0, 5).mapToObj(block -> Arguments.of(numbers, block)));
    }

    @ParameterizedTest(name = "{0} numbers, hundred seeds from {1}000 on")
    @MethodSource("schedules")
    void randomSchedulesLoseNothingAndBringNothingBack(int numbers, int block) {
        for (int seed = block * 1000; seed < block * 1000 + 100; seed++) {
            assertThat(new RandomSchedule(Variant.ALL_RULES, numbers, seed)
                            .run()
                            .violations())
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @Test
    void noScheduleOfTwoAdditionsWithAFaultGoesWrong() {
        var schedules = AllSchedulesRun.schedules(ModelChange.Kind.ADD, ModelChange.Kind.ADD, 1);
        assertThat(schedules.run()).isEmpty();
        assertThat(schedules.states()).isGreaterThan(100_000);
    }
}
