package org.truckee.client.grid;

import java.time.Instant;
import java.util.Optional;

/// How a helper is doing, seen from here: since when it is connected or not, and why it is not, or what it last
/// failed at.
public record HelperStatus(
        String name, String address, boolean isConnected, Optional<Instant> since, Optional<String> failure) {}
