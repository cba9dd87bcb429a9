package org.truckee.client.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.directory.Homes.Home;

/// No rule is there for nothing: without any one of them, some schedule goes wrong.
class SafetyRulesTest {
    private static final int SCHEDULES = 20_000;

    static Stream<Arguments> variants() {
        Merge merge = new Merge();
        return Stream.of(
                Arguments.of(
                        "merge keeps what the other has removed",
                        Variant.with(new PublishRule(new Merge() {
                            @Override
                            boolean survives(Dot dot, DirectorySet without) {
                                return true;
                            }
                        })),
                        3),
                Arguments.of(
                        "merge drops what the other has not seen",
                        Variant.with(new PublishRule(new Merge() {
                            @Override
                            boolean survives(Dot dot, DirectorySet without) {
                                return false;
                            }
                        })),
                        3),
                Arguments.of(
                        "a restarted process keeps its writer id",
                        new Variant(new PublishRule(merge), true, false, true),
                        3),
                Arguments.of(
                        "the replica is forgotten between changes",
                        new Variant(new PublishRule(merge), true, true, false),
                        3),
                Arguments.of(
                        "copies are overwritten unseen", new Variant(new PublishRule(merge), false, true, true), 3),
                Arguments.of(
                        "an addition stands beside its rival",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean hasRival(Dot added, Claim claim, DirectorySet set) {
                                return false;
                            }
                        }),
                        3),
                Arguments.of(
                        "an addition that was replaced before its commit stands",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean hasRival(Dot added, Claim claim, DirectorySet set) {
                                return set.links().containsKey(added) && super.hasRival(added, claim, set);
                            }
                        }),
                        3),
                Arguments.of(
                        "one copy that is read is enough",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean isQuorum(Reading reading) {
                                return !counting(reading).isEmpty();
                            }
                        }),
                        3),
                Arguments.of(
                        "one number that accepts is enough",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean isCommitted(Set<Integer> accepted, Round round) {
                                return !accepted.isEmpty();
                            }
                        }),
                        3),
                Arguments.of(
                        "a number counts wherever it lies",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean counts(int number, Home home, Reading reading) {
                                return reading.copies().keySet().stream().anyMatch(place -> place.number() == number);
                            }

                            @Override
                            boolean mayBeWritten(int number, Home home, Reading reading) {
                                return true;
                            }

                            @Override
                            Set<Place> furtherPlaces(Reading reading) {
                                return new TreeSet<>(reading.copies().keySet());
                            }

                            @Override
                            boolean fillsWait() {
                                return false;
                            }
                        }),
                        3),
                Arguments.of(
                        "a number counts at its newest home at once",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean counts(int number, Home home, Reading reading) {
                                return !home.isDisputed()
                                        && reading.at(new Place(number, home.server()))
                                                .isPresent();
                            }

                            @Override
                            boolean mayBeWritten(int number, Home home, Reading reading) {
                                return true;
                            }

                            @Override
                            boolean fillsWait() {
                                return false;
                            }
                        }),
                        3),
                Arguments.of(
                        "a new home is written by the publish that names it",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean mayBeWritten(int number, Home home, Reading reading) {
                                return true;
                            }

                            @Override
                            boolean fillsWait() {
                                return false;
                            }
                        }),
                        3),
                Arguments.of(
                        "an empty home is filled before the commit",
                        Variant.with(new PublishRule(merge) {
                            @Override
                            boolean fillsWait() {
                                return false;
                            }
                        }),
                        3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void withoutARuleSomeScheduleGoesWrong(String rule, Variant variant, int numbers) {
        Optional<Set<String>> broken = Optional.empty();
        for (int seed = 0; seed < SCHEDULES && broken.isEmpty(); seed++) {
            var violations = new RandomSchedule(variant, numbers, seed).run().violations();
            if (!violations.isEmpty()) {
                broken = Optional.of(violations);
            }
        }
        assertThat(broken).isPresent();
    }
}
