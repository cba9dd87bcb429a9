package org.truckee.client.check;

import java.util.Set;
import org.truckee.client.grid.GridServer;
import org.truckee.client.health.FileHealth;

/// What came of looking after one file or directory.
///
/// @param notRenewed servers that have shares and did not renew the lease
public record Checked(FileHealth found, Repair repair, Set<GridServer> notRenewed) {
    public Checked {
        notRenewed = Set.copyOf(notRenewed);
    }

    /// What was repaired.
    public sealed interface Repair {
        /// Nothing had to be, or was to be.
        record NotTried() implements Repair {}

        /// How it is now.
        record Done(FileHealth after) implements Repair {}

        /// Why not, and how it is now.
        record Failed(FileHealth after, String why) implements Repair {}
    }

    /// How it is now.
    public FileHealth now() {
        return switch (repair) {
            case Repair.NotTried _ -> found;
            case Repair.Done(FileHealth after) -> after;
            case Repair.Failed(FileHealth after, String _) -> after;
        };
    }
}
