package org.truckee.protocol.cbor;

import java.io.IOException;

/// A key that a map must hold, and how to read its value.
public record Field<T>(String name, Reader<T> reader) {
    /// Reads one value.
    @FunctionalInterface
    public interface Reader<T> {
        T read(CborReader reader) throws IOException;
    }
}
