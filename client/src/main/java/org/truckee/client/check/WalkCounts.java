package org.truckee.client.check;

import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.health.FileHealth;

/// What a walk over a tree has found so far, and done.
///
/// @param full of files and directories, each share on a server of its own
/// @param reduced that can be read and have less to spare
/// @param unreadable that too few servers have shares of, or that could not be looked at
/// @param healthy whatever Tahoe-LAFS calls so
/// @param repairs that were tried
/// @param storedBytes of all shares that were met
/// @param leastSpare of what can be read: so many servers may fail before the first thing cannot
public record WalkCounts(
        long directories,
        long files,
        long full,
        long reduced,
        long unreadable,
        long healthy,
        long damagedShares,
        long repairs,
        long repairsDone,
        long storedBytes,
        int leastSpare) {
    /// Nothing yet.
    public static final WalkCounts NONE = new WalkCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE);

    /// Everything that was met and has shares of its own, or should have.
    public long objects() {
        return full + reduced + unreadable;
    }

    public WalkCounts with(Met met) {
        return switch (met) {
            case Met.Looked looked -> with(looked);
            case Met.Literal literal -> counted(literal.cap() instanceof DirectoryCap);
            case Met.Unreadable _ ->
                new WalkCounts(
                        directories,
                        files,
                        full,
                        reduced,
                        unreadable + 1,
                        healthy,
                        damagedShares,
                        repairs,
                        repairsDone,
                        storedBytes,
                        leastSpare);
        };
    }

    private WalkCounts counted(boolean directory) {
        return new WalkCounts(
                directories + (directory ? 1 : 0),
                files + (directory ? 0 : 1),
                full,
                reduced,
                unreadable,
                healthy,
                damagedShares,
                repairs,
                repairsDone,
                storedBytes,
                leastSpare);
    }

    private WalkCounts with(Met.Looked looked) {
        FileHealth now = looked.checked().now();
        Checked.Repair repair = looked.checked().repair();
        int spare = now.isRecoverable()
                ? Math.max(0, now.happiness() - now.encoding().required())
                : Integer.MAX_VALUE;
        WalkCounts counted = counted(looked.cap() instanceof DirectoryCap);
        return new WalkCounts(
                counted.directories,
                counted.files,
                full + (now.state() == FileHealth.State.FULL ? 1 : 0),
                reduced + (now.state() == FileHealth.State.REDUCED ? 1 : 0),
                unreadable + (now.state() == FileHealth.State.UNREADABLE ? 1 : 0),
                healthy + (now.isHealthy() ? 1 : 0),
                damagedShares + looked.checked().found().damaged().size(),
                repairs + (repair instanceof Checked.Repair.NotTried ? 0 : 1),
                repairsDone + (repair instanceof Checked.Repair.Done ? 1 : 0),
                storedBytes + now.storedBytes(),
                Math.min(leastSpare, spare));
    }
}
