package org.truckee.client.directory;

import java.nio.file.FileAlreadyExistsException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.truckee.client.directory.Homes.Home;
import org.truckee.protocol.introducer.ServerId;

/// One change being made to a state of a directory: every addition gets a fresh dot of `writer`, and removals are of
/// what the state shows. Belongs to one thread.
final class Edit implements Names {
    private final WriterId writer;
    private final boolean homesAgree;
    private final Map<Dot, Set<Dot>> conditional = new HashMap<>();
    private DirectorySet set;
    private @Nullable ShownNames shown;

    /// `homesAgree` says whether all copies that were read name the same homes.
    Edit(DirectorySet set, WriterId writer, boolean homesAgree) {
        this.set = set;
        this.writer = writer;
        this.homesAgree = homesAgree;
    }

    DirectorySet set() {
        return set;
    }

    /// What was added on the condition that nobody else has the name, with the links that were given the name before.
    Map<Dot, Set<Dot>> conditional() {
        return Map.copyOf(conditional);
    }

    private ShownNames shown() {
        ShownNames names = shown;
        if (names == null) {
            names = ShownNames.of(set);
            shown = names;
        }
        return names;
    }

    private void become(DirectorySet next) {
        set = next;
        shown = null;
    }

    private Link link(Dot dot) {
        return Optional.ofNullable(set.links().get(dot)).orElseThrow();
    }

    @Override
    public Optional<Entry> get(String name) {
        return shown().get(normal(name)).map(this::link).map(link -> new Entry(name, link.child(), link.metadata()));
    }

    @Override
    public void put(Entry entry) {
        remove(entry.name());
        addDot(entry);
    }

    @Override
    public void add(Entry entry) throws FileAlreadyExistsException {
        String name = normal(entry.name());
        if (shown().get(name).isPresent()) {
            throw new FileAlreadyExistsException(entry.name());
        }
        Set<Dot> before = new HashSet<>(shown().given(name));
        conditional.put(addDot(entry), before);
    }

    private Dot addDot(Entry entry) {
        Dot dot = set.vector().next(writer);
        become(set.with(dot, Link.of(normal(entry.name()), entry.child(), entry.metadata())));
        return dot;
    }

    /// What else was given the name keeps the name of its conflict for good. What stands for the same child goes too:
    /// it was shown as one.
    @Override
    public boolean remove(String name) {
        Optional<Dot> there = shown().get(normal(name));
        there.ifPresent(gone -> {
            List<Dot> given = shown().given(normal(name));
            Child child = link(gone).child();
            DirectorySet next = set.without(gone);
            for (Dot other : given) {
                if (!other.equals(gone)) {
                    Link link = link(other);
                    next = link.child().equals(child) ? next.without(other) : next.with(other, link.settle());
                }
            }
            become(next);
        });
        return there.isPresent();
    }

    /// Takes a link back that this writer added.
    void withdraw(Dot dot) {
        become(set.without(dot));
    }

    /// As if nothing had been changed.
    void revertTo(DirectorySet before) {
        conditional.clear();
        become(before);
    }

    /// Gives a number another home, or a home to the next number. Only repair does.
    ///
    /// @return whether the homes could be changed: all copies that were read must agree on them
    boolean moveHome(int number, ServerId server) {
        Homes homes = set.homes();
        long version = homes.of(number).map(Home::version).orElse(0L);
        if (homesAgree) {
            become(set.withHomes(homes.with(number, Home.of(version + 1, server))));
        }
        return homesAgree;
    }

    private static String normal(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
