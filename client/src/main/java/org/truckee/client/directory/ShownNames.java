package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Tag;

/// The names under which the links of a directory are shown. Of those given one name the latest has it and the others
/// are `NAME.conflict-XXXX`, where XXXX comes from the dot; so do those that were settled. Follows from the set
/// alone: whoever has the same set shows the same names.
final class ShownNames {
    /// Names in the order of their UTF-8 bytes.
    static final Comparator<String> ORDER = ShownNames::compareAsUtf8;

    private static final String CONFLICT = ".conflict-";
    private static final int SUFFIX_CHARACTERS = 4;

    private final SortedMap<String, Dot> shown;
    private final Map<String, List<Dot>> given;

    /// Neither map is changed any more.
    ShownNames(SortedMap<String, Dot> shown, Map<String, List<Dot>> given) {
        this.shown = Collections.unmodifiableSortedMap(shown);
        this.given = given;
    }

    static ShownNames of(SortedMap<Dot, Link> links) {
        Map<String, List<Dot>> given = new HashMap<>();
        List<Dot> conflicts = new ArrayList<>();
        links.forEach((dot, link) -> {
            if (link.isSettled()) {
                conflicts.add(dot);
            } else if (!link.isUnreadable()) {
                given.computeIfAbsent(link.name(), _ -> new ArrayList<>(1)).add(dot);
            }
        });
        SortedMap<String, Dot> shown = new TreeMap<>(ORDER);
        given.forEach((name, dots) -> {
            if (dots.size() > 1) {
                dots.sort(Comparator.comparing((Dot dot) -> link(links, dot).modified())
                        .thenComparing(Comparator.naturalOrder()));
                conflicts.addAll(dots.subList(0, dots.size() - 1));
            }
            shown.put(name, dots.getLast());
        });
        Collections.sort(conflicts);
        for (Dot dot : conflicts) {
            shown.put(conflictName(link(links, dot).name(), dot, shown), dot);
        }
        return new ShownNames(shown, given);
    }

    /// UTF-8 keeps the order of code points. That of `char`s differs where one of them is half of a code point.
    private static int compareAsUtf8(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean sameKind = Character.isSurrogate(a) == Character.isSurrogate(b);
                return sameKind
                        ? Character.compare(a, b)
                        : Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    private static Link link(SortedMap<Dot, Link> links, Dot dot) {
        return Optional.ofNullable(links.get(dot)).orElseThrow();
    }

    /// Somebody may have given a file the very name; then the suffix is longer.
    private static String conflictName(String name, Dot dot, Map<String, Dot> taken) {
        String text = Base32.encode(Tag.DIRECTORY_CONFLICT.hash(dot.toString().getBytes(UTF_8)));
        for (int length = SUFFIX_CHARACTERS; ; length++) {
            String conflict = name + CONFLICT + text.substring(0, length);
            if (!taken.containsKey(conflict)) {
                return conflict;
            }
        }
    }

    /// Whether a link given `name` may have been listed as `listed`.
    static boolean isConflictName(String listed, String name, Dot dot) {
        String text = Base32.encode(Tag.DIRECTORY_CONFLICT.hash(dot.toString().getBytes(UTF_8)));
        String start = name + CONFLICT;
        return listed.length() >= start.length() + SUFFIX_CHARACTERS
                && listed.startsWith(start)
                && text.startsWith(listed.substring(start.length()));
    }

    /// Whether removing a name may change that of a conflict.
    static boolean mayBeOfConflict(String name) {
        return name.contains(CONFLICT);
    }

    SortedMap<String, Dot> all() {
        return shown;
    }

    Optional<Dot> get(String name) {
        return Optional.ofNullable(shown.get(name));
    }

    /// The links that are not settled, by the name that they were given, the one that is shown under it last.
    Map<String, List<Dot>> given() {
        return given;
    }

    /// The links that were given this name and are not settled, the one that is shown under it last.
    List<Dot> given(String name) {
        return given.getOrDefault(name, List.of());
    }
}
