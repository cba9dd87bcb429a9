package org.truckee.client.share;

import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.protocol.storage.ByteRange;

/// Something that is not as it must be in a share at hand.
public record Damage(HeldShare share, Section section, ByteRange range, String what) {
    static Damage of(HeldShare share, CorruptShareException corrupt) {
        return new Damage(share, corrupt.section(), corrupt.range(), corrupt.detail());
    }

    /// `share 3: blocks [36-379): the block of segment 0 has another hash (PATH)`.
    @Override
    public String toString() {
        return "share " + share.number() + ": " + section + " [" + range.begin() + "-" + range.end() + "): " + what
                + " (" + share.where() + ")";
    }
}
