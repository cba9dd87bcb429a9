package org.truckee.client.cap;

/// Something that may be a capability to a later version, or to nobody; kept letter for letter.
public record UnknownCap(String uri) implements Cap {
    @Override
    public String toString() {
        return "UnknownCap(hidden)";
    }
}
