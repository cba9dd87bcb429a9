package org.truckee.client.directory;

import java.nio.file.FileAlreadyExistsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.truckee.client.directory.Homes.Home;
import org.truckee.protocol.introducer.ServerId;

/// One change being made to a state of a directory: every addition gets a fresh dot of `writer`, and removals are of
/// what the state shows. Belongs to one thread.
final class Edit implements Names {
    private final WriterId writer;
    private final boolean homesAgree;
    private final Map<Dot, Claim> conditional = new HashMap<>();

    /// The state, of which `links` is a copy that can be changed; the state is made anew where it is asked for.
    private @Nullable DirectorySet set;

    private TreeMap<Dot, Link> links;
    private VersionVector vector;
    private Homes homes;

    /// What is shown; null where it has to be found out anew.
    private @Nullable SortedMap<String, Dot> shown;

    private Map<String, List<Dot>> given = Map.of();

    /// `homesAgree` says whether all copies that were read name the same homes.
    Edit(DirectorySet set, WriterId writer, boolean homesAgree) {
        this.writer = writer;
        this.homesAgree = homesAgree;
        this.set = set;
        this.links = new TreeMap<>(set.links());
        this.vector = set.vector();
        this.homes = set.homes();
    }

    /// Hands over what is known of the names; a change after that begins with a copy.
    DirectorySet set() {
        DirectorySet now = set;
        if (now == null) {
            now = new DirectorySet(new TreeMap<>(links), vector, homes);
            if (shown != null) {
                now = now.showing(new ShownNames(shown, given));
                shown = null;
            }
            set = now;
        }
        return now;
    }

    /// What was added on the condition that nobody else has the name.
    Map<Dot, Claim> conditional() {
        return Map.copyOf(conditional);
    }

    private SortedMap<String, Dot> shown() {
        SortedMap<String, Dot> names = shown;
        if (names == null) {
            ShownNames found = set().shown();
            names = new TreeMap<>(found.all());
            given = new HashMap<>(found.given());
            shown = names;
        }
        return names;
    }

    private Link link(Dot dot) {
        return Optional.ofNullable(links.get(dot)).orElseThrow();
    }

    @Override
    public Optional<Entry> get(String name) {
        return Optional.ofNullable(shown().get(TableRow.normal(name)))
                .map(this::link)
                .map(link -> new Entry(name, link.child(), link.metadata()));
    }

    @Override
    public void put(Entry entry) {
        remove(entry.name());
        addDot(entry);
    }

    @Override
    public void add(Entry entry) throws FileAlreadyExistsException {
        String name = TableRow.normal(entry.name());
        if (shown().containsKey(name)) {
            throw new FileAlreadyExistsException(entry.name());
        }
        var claim = new Claim(name, Set.copyOf(given.getOrDefault(name, List.of())));
        conditional.put(addDot(entry), claim);
    }

    /// Nothing is shown under the name, nor was anything that is not settled given it.
    private Dot addDot(Entry entry) {
        String name = TableRow.normal(entry.name());
        SortedMap<String, Dot> names = shown();
        Dot dot = vector.next(writer);
        links.put(dot, Link.of(name, entry.child(), entry.metadata()));
        vector = vector.with(dot);
        set = null;
        names.put(name, dot);
        given.put(name, List.of(dot));
        return dot;
    }

    /// What else was given the name keeps the name of its conflict for good. What stands for the same child goes too:
    /// it was shown as one.
    @Override
    public boolean remove(String name) {
        Dot gone = shown().get(TableRow.normal(name));
        if (gone == null) {
            return false;
        }
        Link removed = link(gone);
        List<Dot> others = given.getOrDefault(TableRow.normal(name), List.of());
        links.remove(gone);
        for (Dot other : others) {
            if (!other.equals(gone)) {
                links.computeIfPresent(other, (_, link) -> link.child().equals(removed.child()) ? null : link.settle());
            }
        }
        set = null;
        if (others.size() == 1 && !ShownNames.mayBeOfConflict(name)) {
            shown().remove(TableRow.normal(name));
            given.remove(TableRow.normal(name));
        } else {
            shown = null;
        }
        return true;
    }

    /// Takes a link back that this writer added.
    void withdraw(Dot dot) {
        links.remove(dot);
        set = null;
        shown = null;
    }

    /// As if nothing had been changed.
    void revertTo(DirectorySet before) {
        conditional.clear();
        links = new TreeMap<>(before.links());
        vector = before.vector();
        homes = before.homes();
        set = before;
        shown = null;
    }

    /// Gives a number another home, or a home to the next number. Only repair does.
    ///
    /// @return whether the homes could be changed: all copies that were read must agree on them
    boolean moveHome(int number, ServerId server) {
        long version = homes.of(number).map(Home::version).orElse(0L);
        if (homesAgree) {
            homes = homes.with(number, Home.of(version + 1, server));
            set = null;
        }
        return homesAgree;
    }
}
