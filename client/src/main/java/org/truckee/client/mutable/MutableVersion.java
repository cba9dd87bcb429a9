package org.truckee.client.mutable;

import java.util.List;

/// All shares of one version of a mutable file, whole, by number.
record MutableVersion(MutableHeader header, List<byte[]> shares) {
    MutableVersion {
        shares = List.copyOf(shares);
    }
}
