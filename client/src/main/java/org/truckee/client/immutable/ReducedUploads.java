package org.truckee.client.immutable;

import java.util.LinkedHashSet;
import java.util.Set;
import org.truckee.client.cap.ChkVerifyCap;

/// Files that were uploaded to fewer servers than they have shares, until somebody takes them up to complete them.
/// Safe for use by several threads at once.
public final class ReducedUploads {
    /// Of more than so many at once, a walk over the tree finds the others.
    private static final int MOST = 10_000;

    private final Set<ChkVerifyCap> caps = new LinkedHashSet<>();

    synchronized void add(UploadReport report) {
        if (report.happiness() < report.cap().encoding().total() && caps.size() < MOST) {
            caps.add(report.cap());
        }
    }

    /// Those since the last call.
    public synchronized Set<ChkVerifyCap> take() {
        Set<ChkVerifyCap> taken = Set.copyOf(caps);
        caps.clear();
        return taken;
    }
}
