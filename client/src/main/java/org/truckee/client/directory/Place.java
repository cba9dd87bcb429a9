package org.truckee.client.directory;

import java.util.Comparator;
import org.truckee.protocol.introducer.ServerId;

/// Where one numbered copy of a directory is, or belongs.
record Place(int number, ServerId server) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparingInt(Place::number).thenComparing(Place::server);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
