package org.truckee.client.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.directory.Homes.Home;

class MergeTest {
    private final Merge merge = new Merge();

    /// States that several writers reach from each other's by changes and merges.
    private List<DirectorySet> states(long seed) {
        var random = new Random(seed);
        List<DirectorySet> states = new ArrayList<>();
        states.add(DirectorySet.EMPTY.withHomes(Homes.NONE.with(0, Home.of(1, Model.server(0)))));
        List<DirectorySet> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writers.add(states.getFirst());
        }
        for (int step = 0; step < 30; step++) {
            int writer = random.nextInt(writers.size());
            DirectorySet seen = random.nextBoolean()
                    ? writers.get(writer)
                    : merge.of(writers.get(writer), writers.get(random.nextInt(writers.size())));
            DirectorySet next = changed(seen, new WriterId("w" + writer), step, random);
            writers.set(writer, next);
            states.add(next);
        }
        return states;
    }

    private DirectorySet changed(DirectorySet from, WriterId writer, int step, Random random) {
        var edit = new Edit(from, writer, true);
        String name = "n" + random.nextInt(3);
        switch (random.nextInt(4)) {
            case 0 -> edit.remove(name);
            case 1 -> edit.moveHome(random.nextInt(3), Model.server(random.nextInt(5)));
            default -> edit.put(entry(name, "v" + step, random.nextInt(30)));
        }
        return edit.set();
    }

    private static Entry entry(String name, String value, long time) {
        var child = new Child(Optional.empty(), Optional.of(value));
        return new Entry(name, child, Metadata.empty().linkedAt(Instant.ofEpochSecond(time)));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mergeIsCommutativeAssociativeAndIdempotent(long seed) {
        List<DirectorySet> states = states(seed);
        var any = new Random(seed);
        for (DirectorySet a : states) {
            assertThat(merge.of(a, a)).isEqualTo(a);
            for (DirectorySet b : states) {
                DirectorySet ab = merge.of(a, b);
                assertThat(ab).isEqualTo(merge.of(b, a));
                assertThat(merge.of(ab, b)).isEqualTo(ab);
                DirectorySet c = states.get(any.nextInt(states.size()));
                assertThat(merge.of(ab, c)).isEqualTo(merge.of(a, merge.of(b, c)));
            }
        }
    }

    /// A link is there exactly if both have it or one does that the other has not seen.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatEitherRemovedIsGoneAndWhatEitherAddedIsThere(long seed) {
        List<DirectorySet> states = states(seed);
        int removed = 0;
        for (DirectorySet a : states) {
            for (DirectorySet b : states) {
                Set<Dot> links = merge.of(a, b).links().keySet();
                for (Dot dot : a.links().keySet()) {
                    boolean gone = !b.links().containsKey(dot) && b.vector().covers(dot);
                    assertThat(links.contains(dot)).isNotEqualTo(gone);
                    removed += gone && !a.vector().equals(b.vector()) ? 1 : 0;
                }
                assertThat(links)
                        .allMatch(dot -> a.links().containsKey(dot) || b.links().containsKey(dot));
            }
        }
        assertThat(removed)
                .as("links that one had removed and another still had")
                .isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void staleCopiesBringNothingBack(long seed) {
        var random = new Random(seed);
        DirectorySet now = DirectorySet.EMPTY;
        List<DirectorySet> stale = new ArrayList<>();
        for (int step = 0; step < 30; step++) {
            stale.add(now);
            now = changed(now, new WriterId("w"), step, random);
        }
        for (DirectorySet copy : stale) {
            assertThat(merge.of(now, copy)).isEqualTo(now);
        }
    }

    @Test
    void whatTwoAddUnderOneNameIsShownAsAConflictUntilTheNameIsChanged() {
        var one = new Edit(DirectorySet.EMPTY, new WriterId("one"), true);
        one.put(entry("n", "v1", 1));
        var other = new Edit(DirectorySet.EMPTY, new WriterId("other"), true);
        other.put(entry("n", "v2", 2));
        DirectorySet both = merge.of(one.set(), other.set());
        List<String> names = List.copyOf(Listing.of(both, false).entries().keySet());
        assertThat(names).hasSize(2).first().isEqualTo("n");
        assertThat(names.getLast()).matches("n\\.conflict-[a-z2-7]{4}");
        assertThat(Listing.of(both, false).get("n").map(Entry::child))
                .contains(entry("n", "v2", 2).child());

        var edit = new Edit(both, new WriterId("one"), true);
        edit.remove("n");
        assertThat(Listing.of(edit.set(), false).entries().keySet()).containsExactly(names.getLast());
        edit.put(entry("n", "v3", 3));
        assertThat(Listing.of(edit.set(), false).entries().keySet()).containsExactlyElementsOf(names);
    }

    @Test
    void twoLinksOfOneFileUnderOneNameAreShownAndRemovedAsOne() {
        var one = new Edit(DirectorySet.EMPTY, new WriterId("one"), true);
        one.put(entry("n", "v", 1));
        var other = new Edit(DirectorySet.EMPTY, new WriterId("other"), true);
        other.put(entry("n", "v", 2));
        DirectorySet both = merge.of(one.set(), other.set());
        assertThat(Listing.of(both, false).entries().keySet()).containsExactly("n");
        var edit = new Edit(both, new WriterId("one"), true);
        edit.remove("n");
        assertThat(Listing.of(edit.set(), false).entries()).isEmpty();
    }
}
