package org.truckee.client.grid;

import java.util.List;

/// The storage servers that can be asked now: those that answer.
@FunctionalInterface
public interface KnownServers {
    List<GridServer> connected();
}
