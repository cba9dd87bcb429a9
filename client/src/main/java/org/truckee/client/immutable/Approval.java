package org.truckee.client.immutable;

import java.io.IOException;
import org.truckee.client.cap.ChkVerifyCap;

/// Somebody who knows which file it has to be: all blocks of an upload are sent before it is asked, and no share is
/// completed before it has agreed, for which it may take its time.
@FunctionalInterface
public interface Approval {
    /// Agrees to what was encoded.
    ///
    /// @throws IOException if it is another; the upload fails then
    void check(ChkVerifyCap encoded) throws IOException;
}
