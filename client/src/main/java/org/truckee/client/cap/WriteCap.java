package org.truckee.client.cap;

/// Authority to change a file, and so to read it.
public sealed interface WriteCap extends FileCap permits MutableWriteCap {
    ReadCap readOnly();
}
