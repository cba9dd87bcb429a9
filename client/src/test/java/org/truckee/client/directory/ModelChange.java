package org.truckee.client.directory;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.client.directory.Homes.Home;
import org.truckee.protocol.introducer.ServerId;

/// A change that a writer of the model makes, and what it met when it was applied last.
final class ModelChange implements Change {
    enum Kind {
        PUT,
        ADD,
        REMOVE,
        RENAME,
        MOVE_HOME,
        ADD_HOME
    }

    private final Kind kind;
    private final String name;
    private final String target;
    private final String value;
    private final long time;

    /// What draws the number and the server of a new home.
    private final int draw;

    private final int servers;
    private Set<String> replaced = Set.of();

    /// `value` must be unlike that of every other change.
    ModelChange(Kind kind, String name, String target, String value, long time, int draw, int servers) {
        this.kind = kind;
        this.name = name;
        this.target = target;
        this.value = value;
        this.time = time;
        this.draw = draw;
        this.servers = servers;
    }

    Kind kind() {
        return kind;
    }

    String value() {
        return value;
    }

    boolean adds() {
        return kind == Kind.PUT || kind == Kind.ADD || kind == Kind.RENAME;
    }

    /// Whether nobody has the name afterwards.
    boolean takesAway(String other) {
        return name.equals(other) && (kind == Kind.REMOVE || kind == Kind.RENAME);
    }

    String name() {
        return name;
    }

    /// The values that it took away, as far as its last application goes.
    Set<String> replaced() {
        return replaced;
    }

    @Override
    public void apply(Names names) throws IOException {
        var gone = new HashSet<String>();
        switch (kind) {
            case PUT -> {
                names.get(name).ifPresent(entry -> gone.add(valueOf(entry.child())));
                names.put(entry(name));
            }
            case ADD -> {
                if (names.get(name).isPresent()) {
                    throw new FileAlreadyExistsException(name);
                }
                names.add(entry(name));
            }
            case REMOVE -> {
                gone.add(valueOf(there(names).child()));
                names.remove(name);
            }
            case RENAME -> {
                gone.add(valueOf(there(names).child()));
                names.get(target).ifPresent(entry -> gone.add(valueOf(entry.child())));
                names.put(entry(target));
                names.remove(name);
            }
            case MOVE_HOME, ADD_HOME -> moveHome((Edit) names);
        }
        replaced = Set.copyOf(gone);
    }

    private Entry there(Names names) throws IOException {
        return names.get(name).orElseThrow(() -> new NoSuchFileException(name));
    }

    private Entry entry(String under) {
        var child = new Child(Optional.empty(), Optional.of(value));
        return new Entry(under, child, Metadata.empty().linkedAt(Instant.ofEpochSecond(time)));
    }

    static String valueOf(Child child) {
        return child.read().orElseThrow();
    }

    private void moveHome(Edit edit) throws IOException {
        Homes homes = edit.set().homes();
        var free = new TreeSet<ServerId>();
        for (int i = 0; i < servers; i++) {
            free.add(Model.server(i));
        }
        for (Home home : homes.byNumber().values()) {
            free.removeAll(home.servers());
        }
        int number = kind == Kind.ADD_HOME
                ? homes.byNumber().size()
                : draw % homes.byNumber().size();
        if (free.isEmpty()
                || !edit.moveHome(number, List.copyOf(new ArrayList<>(free)).get(draw % free.size()))) {
            throw new IOException("no home can be changed now");
        }
    }

    @Override
    public String toString() {
        return kind + " " + name + (kind == Kind.RENAME ? " to " + target : "") + " = " + value + " at " + time;
    }
}
