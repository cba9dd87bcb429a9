package org.truckee.client.grid;

import java.util.List;

/// The storage servers that can be asked now.
@FunctionalInterface
public interface KnownServers {
    List<GridServer> connected();
}
