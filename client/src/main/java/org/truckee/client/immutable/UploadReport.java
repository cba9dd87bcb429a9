package org.truckee.client.immutable;

import java.util.Map;
import java.util.Set;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.GridServer;

/// A file that was uploaded, and who holds which of its shares.
public record UploadReport(ChkVerifyCap cap, Map<Integer, Set<GridServer>> holders) {
    public UploadReport {
        holders = Map.copyOf(holders);
    }

    /// How many servers hold a share of their own.
    public int happiness() {
        return Matching.happiness(holders);
    }
}
