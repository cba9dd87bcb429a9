package org.truckee.client.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.directory.ModelChange.Kind;

/// All schedules of two changes with two faults, a million states and a minute each. Only where it is asked for:
///
/// ```
/// ./mvnw verify -pl client -am -Dtest=AllSchedulesRun -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dby.hand=true
/// ```
@EnabledIfSystemProperty(named = "by.hand", matches = "true")
class AllSchedulesRun {
    private static final List<Kind> KINDS = List.of(Kind.PUT, Kind.ADD, Kind.REMOVE, Kind.RENAME);
    private static final int NUMBERS = 3;
    private static final int ROUNDS = 2;

    /// Both orders of two changes are looked at: the later one has the later time.
    static Stream<Arguments> pairs() {
        return KINDS.stream().flatMap(one -> KINDS.stream().map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("pairs")
    void noScheduleWithTwoFaultsGoesWrong(Kind one, Kind other) {
        assertNoneGoesWrong(change(one, "v1", 5), change(other, "v2", 6));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({"PUT, ADD", "ADD, PUT"})
    void noScheduleOfTwoChangesOfANameThatIsFreeGoesWrong(Kind one, Kind other) {
        assertNoneGoesWrong(of("b", one, "v1", 5), of("b", other, "v2", 6));
    }

    private static void assertNoneGoesWrong(ModelChange one, ModelChange other) {
        var schedules = schedules(one, other, 2);
        assertThat(schedules.run()).isEmpty();
        System.out.printf("%s and %s: %,d states%n", one, other, schedules.states());
    }

    /// Two writers begin a change each of a directory that has the name `a`.
    static AllSchedules schedules(Kind one, Kind other, int faults) {
        return schedules(change(one, "v1", 5), change(other, "v2", 6), faults);
    }

    private static AllSchedules schedules(ModelChange one, ModelChange other, int faults) {
        var there = new ModelChange(Kind.PUT, "a", "b", "v0", 1, 0, NUMBERS);
        var start = Model.of(Variant.ALL_RULES, NUMBERS, NUMBERS, 2, List.of(there))
                .begin(0, one, ROUNDS)
                .begin(1, other, ROUNDS);
        return new AllSchedules(start, faults);
    }

    private static ModelChange change(Kind kind, String value, long time) {
        return of(kind == Kind.ADD ? "b" : "a", kind, value, time);
    }

    private static ModelChange of(String name, Kind kind, String value, long time) {
        return new ModelChange(kind, name, "b", value, time, 0, NUMBERS);
    }
}
