package org.truckee.protocol.cbor;

import java.util.Map;
import java.util.Objects;

/// The values of a map that held exactly the keys it should.
public final class Fields {
    private final Map<String, Object> values;

    Fields(Map<String, Object> values) {
        this.values = values;
    }

    /// The value of a field that was asked for.
    @SuppressWarnings("unchecked") // it was put there by this field's own reader
    public <T> T get(Field<T> field) {
        return (T) Objects.requireNonNull(values.get(field.name()));
    }
}
