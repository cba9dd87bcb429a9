package org.truckee.protocol.introducer;

/// What a node is called by those who use it: `v0-` and its public announcement key, or, for one configured by hand,
/// any text.
public record ServerId(String text) implements Comparable<ServerId> {
    private static final String PREFIX = "v0-";
    private static final int SHORT = 8;

    public ServerId {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a server id needs at least one character");
        }
    }

    /// The eight characters by which people tell servers apart.
    public String shortName() {
        String rest = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        return rest.substring(0, Math.min(SHORT, rest.length()));
    }

    @Override
    public int compareTo(ServerId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
