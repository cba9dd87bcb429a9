package org.truckee.client.health;

import org.truckee.client.grid.GridServer;

/// A share that is not what it must be, and what is wrong with it.
public record DamagedShare(GridServer server, int share, String what) {}
