package org.truckee.client.directory;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.truckee.protocol.introducer.ServerId;

/// Where the numbered copies of a directory belong. Of two homes of a number the one of higher version is right;
/// several of one version are a dispute, in which none counts until a publish has settled it with the next version.
record Homes(SortedMap<Integer, Home> byNumber) {
    static final Homes NONE = new Homes(Collections.emptySortedMap());

    /// The home of one number.
    record Home(long version, SortedSet<ServerId> servers) {
        Home {
            servers = Collections.unmodifiableSortedSet(servers);
        }

        static Home of(long version, ServerId server) {
            return new Home(version, new TreeSet<>(Set.of(server)));
        }

        boolean isDisputed() {
            return servers.size() != 1;
        }

        ServerId server() {
            return servers.first();
        }

        Home joined(Home other) {
            if (version != other.version) {
                return version > other.version ? this : other;
            }
            var both = new TreeSet<>(servers);
            both.addAll(other.servers);
            return new Home(version, both);
        }

        /// Any server would do, as long as all who settle choose alike.
        Home settled() {
            return isDisputed() ? of(version + 1, server()) : this;
        }
    }

    Homes {
        byNumber = Collections.unmodifiableSortedMap(byNumber);
    }

    Optional<Home> of(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    /// Whether a copy belongs there, be it disputed.
    boolean isHome(Place place) {
        return of(place.number())
                .filter(home -> home.servers().contains(place.server()))
                .isPresent();
    }

    /// How many numbers make a majority.
    int majority() {
        return byNumber.size() / 2 + 1;
    }

    Homes with(int number, Home home) {
        var changed = new TreeMap<>(byNumber);
        changed.put(number, home);
        return new Homes(changed);
    }

    Homes joined(Homes other) {
        if (equals(other)) {
            return this;
        }
        var joined = new TreeMap<>(byNumber);
        other.byNumber.forEach((number, home) -> joined.merge(number, home, Home::joined));
        return new Homes(joined);
    }

    Homes settled() {
        var settled = new TreeMap<>(byNumber);
        settled.replaceAll((_, home) -> home.settled());
        return new Homes(settled);
    }
}
