package org.truckee.client.share;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.protocol.storage.ByteRange;

/// Collects what is found wrong with shares at hand and tells each thing once. Belongs to one thread.
public final class DamageReport {
    private final Set<Damage> told = new LinkedHashSet<>();
    private final Consumer<Damage> listener;

    public DamageReport(Consumer<Damage> listener) {
        this.listener = listener;
    }

    public void add(HeldShare share, Section section, ByteRange range, String what) {
        tell(new Damage(share, section, range, what));
    }

    /// Adds what made the reading of a share fail.
    public void add(HeldShare share, IOException failure) {
        tell(
                failure instanceof CorruptShareException corrupt
                        ? Damage.of(share, corrupt)
                        : new Damage(
                                share, Section.CONTAINER, new ByteRange(0, 0), String.valueOf(failure.getMessage())));
    }

    private void tell(Damage damage) {
        if (told.add(damage)) {
            listener.accept(damage);
        }
    }

    public int size() {
        return told.size();
    }
}
