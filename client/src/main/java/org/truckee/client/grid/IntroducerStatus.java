package org.truckee.client.grid;

import java.time.Instant;
import java.util.Optional;
import org.truckee.crypto.Location;

/// How an introducer is doing, seen from here: since when it can be asked, or since when and why it cannot.
public record IntroducerStatus(String name, Location location, Optional<Instant> since, Optional<String> failure) {}
