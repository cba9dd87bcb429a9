package org.truckee.client.directory;

import java.util.Comparator;

/// The name of one addition to a directory, given once in the world: its writer's `counter`th, from 1 on.
record Dot(WriterId writer, long counter) implements Comparable<Dot> {
    private static final Comparator<Dot> ORDER =
            Comparator.comparing(Dot::writer).thenComparingLong(Dot::counter);

    @Override
    public int compareTo(Dot other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return writer + ":" + counter;
    }
}
