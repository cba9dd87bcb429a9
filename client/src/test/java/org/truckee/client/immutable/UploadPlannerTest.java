package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.MemoryGrid;

class UploadPlannerTest {
    private final MemoryGrid grid = new MemoryGrid(10);
    private final List<GridServer> servers = grid.all();

    @AfterEach
    void close() {
        grid.close();
    }

    /// The layouts and numbers are those of Tahoe-LAFS's `servers-of-happiness.rst`.
    static Stream<Arguments> layouts() {
        Set<Integer> all = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        return Stream.of(
                Arguments.of(5, Map.of(1, Set.of(1, 2, 3, 4), 2, Set.of(6), 3, Set.of(3), 4, Set.of(4), 5, Set.of(2))),
                Arguments.of(3, Map.of(1, Set.of(0, 1, 2), 2, Set.of(0, 1, 2), 3, Set.of(0, 1, 2))),
                Arguments.of(1, Map.of(1, all)),
                Arguments.of(1, Map.of(1, Set.of(0), 2, Set.of(0), 3, Set.of(0))),
                Arguments.of(0, Map.of()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("layouts")
    void happinessIsTheSizeOfAMaximumMatching(int expected, Map<Integer, Set<Integer>> held) {
        assertThat(Matching.of(held.keySet(), held).size()).isEqualTo(expected);
    }

    private UploadPlan plan(int happy, Map<GridServer, Set<Integer>> held, Map<GridServer, Set<Integer>> refused) {
        return UploadPlanner.plan(10, happy, servers, held, refused);
    }

    @Test
    void serversGetEquallyManySharesInTheOrderOfTheRing() {
        var plan = UploadPlanner.plan(10, 4, servers.subList(0, 4), Map.of(), Map.of());
        assertThat(plan.sent().get(servers.get(0))).containsExactlyInAnyOrder(0, 4, 8);
        assertThat(plan.sent().get(servers.get(3))).containsExactlyInAnyOrder(3, 7);
        assertThat(plan).asString().startsWith("share 0 to server 0 (server-0), share 1");
    }

    @Test
    void readOnlyServersKeepWhatTheyHaveSoThatOthersAreFree() {
        var writable = servers.subList(1, 2);
        var held = Map.of(servers.get(0), Set.of(0), servers.get(1), Set.of(0));
        var plan = UploadPlanner.plan(2, 2, writable, held, Map.of());
        assertThat(plan.sent()).containsExactly(Map.entry(servers.get(1), Set.of(1)));
        assertThat(plan.happiness()).isEqualTo(2);
    }

    @Test
    void refusedSharesGoElsewhere() {
        var plan = plan(7, Map.of(), Map.of(servers.get(0), Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
        assertThat(plan.sent()).doesNotContainKey(servers.get(0));
        assertThat(plan.homeless()).isEmpty();
        assertThat(plan.happiness()).isEqualTo(9);
    }

    /// Any layout: no share is sent that is not needed, none twice, none where it is or was refused; and the result is
    /// as happy as it is said to be, and happy if the servers allow.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void planKeepsItsPromises(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int ring = random.nextInt(11);
            Map<GridServer, Set<Integer>> held = some(random, 0.2);
            Map<GridServer, Set<Integer>> refused = some(random, 0.1);
            int happy = random.nextInt(11);
            var plan = UploadPlanner.plan(10, happy, servers.subList(0, ring), held, refused);

            Map<GridServer, Set<Integer>> after = new HashMap<>();
            held.forEach((server, shares) -> after.put(server, new HashSet<>(shares)));
            plan.sent()
                    .forEach((server, shares) -> shares.forEach(share -> {
                        assertThat(servers.indexOf(server)).isLessThan(ring);
                        assertThat(refused.getOrDefault(server, Set.of())).doesNotContain(share);
                        assertThat(after.computeIfAbsent(server, _ -> new HashSet<>())
                                        .add(share))
                                .isTrue();
                    }));
            assertThat(Matching.of(after.keySet(), after).size()).isEqualTo(plan.happiness());
            Set<Integer> somewhere = new HashSet<>(plan.homeless());
            after.values().forEach(somewhere::addAll);
            assertThat(somewhere).hasSize(10);
            int copies = after.values().stream().mapToInt(Set::size).sum()
                    - held.values().stream().mapToInt(Set::size).sum();
            if (Matching.of(held.keySet(), held).size() >= happy
                    && plan.homeless().isEmpty()) {
                Set<Integer> before = new HashSet<>();
                held.values().forEach(before::addAll);
                assertThat(copies).isEqualTo(10 - before.size());
            }
        }
    }

    private Map<GridServer, Set<Integer>> some(Random random, double probability) {
        Map<GridServer, Set<Integer>> some = new HashMap<>();
        for (GridServer server : servers) {
            for (int share = 0; share < 10; share++) {
                if (random.nextDouble() < probability) {
                    some.computeIfAbsent(server, _ -> new HashSet<>()).add(share);
                }
            }
        }
        return some;
    }
}
