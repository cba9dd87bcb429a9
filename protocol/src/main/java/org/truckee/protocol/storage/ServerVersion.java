package org.truckee.protocol.storage;

/// What a server says of itself; all sizes in bytes. On a server that takes nothing new `availableSpace` and
/// `maximumImmutableShareBytes` are 0.
public record ServerVersion(
        String application, long maximumImmutableShareBytes, long maximumMutableShareBytes, long availableSpace) {}
