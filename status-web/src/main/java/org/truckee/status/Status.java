package org.truckee.status;

import java.util.List;
import java.util.Optional;

/// What a service says of itself to people and programs. `notReady` is why it cannot do its job, if it cannot.
public record Status(Optional<String> notReady, List<Row> rows) {
    public Status {
        rows = List.copyOf(rows);
    }

    /// One thing to know, as a name and a value.
    public record Row(String name, String value) {}
}
